"""What is peculiar to Pods: graceful deletion, generation, quality of service, and which fields a write may change."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import ClassVar

from mockapi.kinds.core.pod.defaults import default_pod
from mockapi.kinds.core.pod.updates import ephemeral_errors, resize_errors, status_errors, update_errors
from mockapi.kinds.podspec.checks import under
from mockapi.kinds.podspec.containers import surplus_space
from mockapi.kinds.podspec.defaults import mirror_service_account
from mockapi.kinds.podspec.label_keys import merge_label_keys
from mockapi.kinds.podspec.pod_spec import pod_spec_errors
from mockapi.kinds.podspec.qos import qos_class
from mockapi.kinds.podspec.warnings import dotted_name, pod_spec_warnings
from mockapi.machinery import fielderrors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object, annotations_of
from mockapi.registry.metadata import copy_field, keep_metadata
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

# What /resize changes.
_RESIZED_LISTS, _RESIZED_FIELDS = ("containers", "initContainers"), ("resources", "resizePolicy")
_ENDED = frozenset({"Succeeded", "Failed"})
_GATED = "Scheduling is blocked due to non-empty scheduling gates"


class PodStrategy(Strategy):
    """Pods end gracefully on their node, and change little while they live."""

    returns_deleted = True
    graceful = True
    selector_aliases: ClassVar[dict[str, str]] = {"spec.host": "spec.nodeName"}
    keeps_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        default_pod(obj)

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        # Admission may have named the service account, after the defaults.
        mirror_service_account(obj["spec"])
        merge_label_keys(obj)
        obj["status"] = {"phase": "Pending", "qosClass": qos_class(obj["spec"])}
        if obj["spec"].get("schedulingGates"):
            obj["status"]["conditions"] = [_gated_condition(request)]

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        mirror_service_account(obj["spec"])

    def reset_fields(self, subresource: str) -> tuple[str, ...]:
        if subresource == "status":
            return ("spec", "metadata.deletionTimestamp", "metadata.ownerReferences")
        return super().reset_fields(subresource)

    def prepare_for_status_update(self, obj: Object, old: Object, request: Request) -> None:
        owners = old["metadata"].get("ownerReferences")
        obj["metadata"].pop("ownerReferences", None)
        if owners:
            obj["metadata"]["ownerReferences"] = owners
        status = obj.setdefault("status", {})
        if not status.get("qosClass") and old.get("status", {}).get("qosClass"):
            status["qosClass"] = old["status"]["qosClass"]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        spec = obj["spec"]
        found = _spec_errors(spec)
        if spec.get("ephemeralContainers"):
            found.append(fielderrors.forbidden("spec.ephemeralContainers", "cannot be set on create"))
        if spec.get("nodeName") and spec.get("schedulingGates"):
            found.append(fielderrors.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
        return found

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        if obj["spec"] == old["spec"]:
            return []
        return [*_spec_errors(obj["spec"]), *update_errors(obj, old)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(status_errors(obj, old))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is not None and obj["spec"] == old["spec"]:
            return []
        dotted = dotted_name(obj, old, "the Pod's hostname")
        return [*dotted, *pod_spec_warnings(obj["spec"], SPEC, annotations_of(obj))]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        spec, status = obj.get("spec") or {}, obj.get("status") or {}
        addresses = status.get("podIPs") or [{}]
        return {
            "spec.nodeName": spec.get("nodeName") or "",
            "spec.restartPolicy": spec.get("restartPolicy") or "",
            "spec.schedulerName": spec.get("schedulerName") or "",
            "spec.serviceAccountName": spec.get("serviceAccountName") or "",
            "spec.hostNetwork": "true" if spec.get("hostNetwork") else "false",
            "status.phase": status.get("phase") or "",
            "status.podIP": addresses[0].get("ip") or "",
            "status.podIPs": "",  # the real server allows it, and gives it no value
            "status.nominatedNodeName": status.get("nominatedNodeName") or "",
        }

    def grace_period(self, obj: Object, asked: int | None) -> int:
        spec = obj["spec"]
        if not spec.get("nodeName") or (obj.get("status") or {}).get("phase") in _ENDED:
            return 0
        seconds = asked if asked is not None else spec.get("terminationGracePeriodSeconds") or 0
        return seconds if seconds >= 0 else 1


class EphemeralContainersStrategy(PodStrategy):
    """Writes to /ephemeralcontainers: only the containers for debugging change."""

    subresource = "ephemeralcontainers"

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        added = obj["spec"].get("ephemeralContainers")
        keep_metadata(obj, old)
        obj["spec"] = deepcopy(old["spec"])
        obj["spec"].pop("ephemeralContainers", None)
        if added:
            obj["spec"]["ephemeralContainers"] = added

    def owned_fields(self, subresource: str) -> tuple[str, ...]:
        return ("spec.ephemeralContainers",)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return _spec_errors(obj["spec"]) + list(ephemeral_errors(obj, old))


class ResizeStrategy(PodStrategy):
    """Writes to /resize: only the resources of containers change."""

    subresource = "resize"

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        sent = obj["spec"]
        keep_metadata(obj, old)
        obj["spec"] = deepcopy(old["spec"])
        for field in _RESIZED_LISTS:
            changes = {container["name"]: container for container in sent.get(field) or ()}
            for container in obj["spec"].get(field) or ():
                for name in _RESIZED_FIELDS if container["name"] in changes else ():
                    copy_field(name, changes[container["name"]], container)

    def owned_fields(self, subresource: str) -> tuple[str, ...]:
        return tuple(f"spec.{field}.{name}" for field in _RESIZED_LISTS for name in _RESIZED_FIELDS)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found = _spec_errors(obj["spec"]) + list(resize_errors(obj, old))
        if not found and qos_class(obj["spec"]) != (old.get("status") or {}).get("qosClass"):
            found.append(fielderrors.invalid("spec", qos_class(obj["spec"]), "Pod QOS Class may not change as a result of resizing"))
        return found


def _spec_errors(spec: Object) -> list[FieldError]:
    """The errors of a Pod's spec, with the rules that templates are spared."""
    found = pod_spec_errors(spec)
    for field in ("containers", "initContainers"):
        found += under(f"spec.{field}", surplus_space(spec.get(field) or []))
    return found


def _gated_condition(request: Request) -> Object:
    return {
        "type": "PodScheduled",
        "status": "False",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(request.clock.now()),
        "reason": "SchedulingGated",
        "message": _GATED,
    }
