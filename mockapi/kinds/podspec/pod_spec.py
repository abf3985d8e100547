"""Rules of a PodSpec (core/v1), in a Pod and in pod templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mockapi.kinds.podspec import containers, dns, scheduling
from mockapi.kinds.podspec.checks import each, grammar, one_of, positive_int32, under
from mockapi.kinds.podspec.containers import Surroundings
from mockapi.kinds.podspec.resources import amount_of, container_resource_name, pod_resources
from mockapi.kinds.podspec.security import pod_security
from mockapi.kinds.podspec.systems import system_errors
from mockapi.kinds.podspec.volumes import volumes
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError, Path
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_annotations, validate_labels
from mockapi.registry.validation import WHOLE, Leaf, Rules, context, rule

# With the names that errors give the fields.
_WITH_HOST = {"hostNetwork": "hostNetwork", "hostPID": "HostPID", "hostIPC": "HostIPC"}
_PREEMPTION = ("PreemptLowerPriority", "Never")
_BEFORE_SECURITY = (
    "volumes",
    "containers",
    "initContainers",
    "ephemeralContainers",
    "resources",
    "restartPolicy",
    "dnsPolicy",
    "nodeSelector",
)


@dataclass(frozen=True)
class Holder:
    """Where a PodSpec stands: in a template, with volumes that the workload adds (by the names of its claim templates)."""

    in_template: bool = False
    claims: frozenset[str] = frozenset()


POD = Holder()
TEMPLATE = Holder(in_template=True)


@dataclass(frozen=True)
class _About:
    holder: Holder
    surroundings: Surroundings
    volume_errors: list[FieldError]


class PodSpecRules(Rules):
    """The fields of a PodSpec in the order in which the API server checks them. The context's `about` is an _About."""

    volumes = Leaf()
    containers = Leaf()
    initContainers = Leaf()  # noqa: N815 (fields of the API keep their names)
    ephemeralContainers = Leaf()  # noqa: N815
    resources = Leaf(pod_resources)
    restartPolicy = Leaf(one_of("Always", "OnFailure", "Never"))  # noqa: N815
    dnsPolicy = Leaf(one_of(*dns.POLICIES))  # noqa: N815
    nodeSelector = Leaf(scheduling.node_labels)  # noqa: N815
    securityContext = Leaf(pod_security)  # noqa: N815
    affinity = Leaf(scheduling.affinity)
    dnsConfig = Leaf()  # noqa: N815
    readinessGates = Leaf(scheduling.readiness_gates)  # noqa: N815
    schedulingGates = Leaf(scheduling.gates)  # noqa: N815
    topologySpreadConstraints = Leaf(scheduling.spreads)  # noqa: N815
    serviceAccountName = Leaf(grammar(names.dns1123_subdomain))  # noqa: N815
    nodeName = Leaf(grammar(names.dns1123_subdomain))  # noqa: N815
    activeDeadlineSeconds = Leaf(positive_int32)  # noqa: N815
    hostname = Leaf(grammar(names.dns1123_label))
    subdomain = Leaf(grammar(names.dns1123_label))
    tolerations = Leaf(scheduling.tolerations)
    hostAliases = Leaf(each(dns.host_alias))  # noqa: N815
    priorityClassName = Leaf(grammar(names.dns1123_subdomain))  # noqa: N815
    runtimeClassName = Leaf(grammar(names.dns1123_subdomain))  # noqa: N815
    preemptionPolicy = Leaf(one_of(*_PREEMPTION))  # noqa: N815
    overhead = Leaf()

    @rule("volumes")
    def usable_volumes(self, spec: Object) -> Iterator[FieldError]:
        """Volumes, which had to be judged before the containers that mount them."""
        yield from context()["about"].volume_errors

    @rule("containers")
    def regular(self, spec: Object) -> Iterator[FieldError]:
        """The containers that make the pod run."""
        return containers.regular_containers(spec.get("containers") or [], context()["about"].surroundings)

    @rule("initContainers")
    def initial(self, spec: Object) -> Iterator[FieldError]:
        """The containers that run before, or beside, the regular ones."""
        around = context()["about"].surroundings
        return containers.init_containers(spec.get("initContainers") or [], spec.get("containers") or [], around)

    @rule("ephemeralContainers")
    def ephemeral(self, spec: Object) -> Iterator[FieldError]:
        """The containers that were added for debugging."""
        others = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
        return containers.ephemeral_containers(spec.get("ephemeralContainers") or [], others, context()["about"].surroundings)

    @rule("securityContext")
    def shared_processes(self, spec: Object) -> Iterator[FieldError]:
        """A pod cannot share its processes both among its containers and with the host."""
        if spec.get("shareProcessNamespace") and spec.get("hostPID"):
            yield fielderrors.invalid("shareProcessNamespace", True, "ShareProcessNamespace and HostPID cannot both be enabled")

    @rule("dnsConfig")
    def resolver(self, spec: Object) -> Iterator[FieldError]:
        """The resolver's settings go with the policy."""
        return dns.dns_config(spec.get("dnsConfig"), spec.get("dnsPolicy", ""))

    @rule("overhead")
    def overheads(self, spec: Object) -> Iterator[FieldError]:
        """Amounts of resources that containers use."""
        for name, text in (spec.get("overhead") or {}).items():
            yield from under(f"[{name}]", container_resource_name(name))
            yield from under(f"[{name}]", amount_of(name, text))

    @rule(WHOLE)
    def own_users(self, spec: Object) -> Iterator[FieldError]:
        """A pod with users of its own shares no other namespace with the host (KEP-127)."""
        for field, shown in _WITH_HOST.items() if spec.get("hostUsers") is False else ():
            if spec.get(field):
                yield fielderrors.forbidden(shown, "when `hostUsers` is false")

    @rule(WHOLE)
    def operating_system(self, spec: Object) -> Iterator[FieldError]:
        """A pod asks for nothing that its operating system does not have."""
        return system_errors(spec) if spec.get("os") is not None else iter(())


@cache
def _rules() -> PodSpecRules:
    return PodSpecRules()


def pod_spec_errors(spec: Object, path: Path = SPEC, holder: Holder = POD) -> list[FieldError]:
    """All errors of a PodSpec that stands at `path`."""
    good, volume_errors = volumes(spec.get("volumes") or [])
    claims = {name: {"name": name, "persistentVolumeClaim": {}} for name in holder.claims}
    around = Surroundings({**claims, **good}, spec.get("terminationGracePeriodSeconds") or 0)
    found = _rules().errors(spec, path, about=_About(holder, around, volume_errors))
    return _with_host_network(found, spec, path, holder)


def _with_host_network(found: list[FieldError], spec: Object, path: Path, holder: Holder) -> list[FieldError]:
    """The rules of the host's network stand among those of the security context, though they name the containers' ports."""
    if not spec.get("hostNetwork"):
        return found
    extra: list[FieldError] = []
    for field in ("containers", "initContainers"):
        ports = containers.host_network_ports(spec.get(field) or [], in_template=holder.in_template)
        extra += under(path.child(field), ports)
    before = tuple(path.child(field) for field in _BEFORE_SECURITY)
    early = [error for error in found if error.field.startswith(before)]
    return early + extra + [error for error in found if error not in early]


def template_errors(template: Object, path: Path, holder: Holder = TEMPLATE) -> list[FieldError]:
    """All errors of a PodTemplateSpec that stands at `path`; its metadata's errors name the template, as on a real server."""
    meta = template.get("metadata") or {}
    spec = template.get("spec") or {}
    errors = validate_labels(meta.get("labels") or {}, path.child("labels"))
    errors += validate_annotations(meta.get("annotations") or {}, path.child("annotations"))
    errors += pod_spec_errors(spec, path.child("spec"), holder)
    if spec.get("ephemeralContainers"):
        errors.append(fielderrors.forbidden(path.child("spec", "ephemeralContainers"), "ephemeral containers not allowed in pod template"))
    return errors
