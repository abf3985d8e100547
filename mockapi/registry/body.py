"""What a client sends: a body to be decoded, or a patch to be applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mockapi.machinery import errors
from mockapi.machinery.gotext import json_type_name
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind
from mockapi.registry.schema.duplicates import in_document_order
from mockapi.registry.schema.yamltext import strict_yaml_error

# Group versions that are no longer served but whose types the real server still knows.
_APPS_BETA = ("ControllerRevision", "Deployment", "Scale", "StatefulSet")
_RETIRED = {
    "extensions/v1beta1": ("DaemonSet", "Deployment", "Ingress", "NetworkPolicy", "ReplicaSet", "Scale"),
    "apps/v1beta1": _APPS_BETA,
    "apps/v1beta2": (*_APPS_BETA, "DaemonSet", "ReplicaSet"),
    "networking.k8s.io/v1beta1": ("Ingress", "IngressClass"),
    "batch/v1beta1": ("CronJob",),
    "policy/v1beta1": ("Eviction", "PodDisruptionBudget"),
    "discovery.k8s.io/v1beta1": ("EndpointSlice",),
    "coordination.k8s.io/v1beta1": ("Lease",),
}

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"


@dataclass(frozen=True)
class Body:
    """A parsed body; `problems` are what strict parsing found in its text, such as duplicate fields.

    `json_text` is the text of a body that came as JSON: problems are told in the order in which they stand there.
    """

    value: Any
    problems: list[str] = field(default_factory=list)
    json_text: bytes = b""

    def problems_with(self, unknown: list[str]) -> list[str]:
        """The body's own problems and the unknown fields that decoding found."""
        if self.problems and unknown and self.json_text:
            return in_document_order(self.json_text, self.problems + unknown)
        return self.problems + unknown

    def strict_errors(self, unknown: list[str]) -> list[str]:
        """The same for those who take no problem: what YAML parsing found is one error."""
        if self.problems and not self.json_text:
            return [strict_yaml_error(self.problems), *unknown]
        return self.problems_with(unknown)


@dataclass(frozen=True)
class Patch:
    """A parsed patch of one of the media types above."""

    media_type: str
    value: Any
    problems: list[str] = field(default_factory=list)


def cannot_be_handled(value: Object, kind: Kind, reason: str) -> errors.StatusError:
    """400: the body names a type, or holds values, that the kind cannot take."""
    named = value.get("kind") or kind.kind
    version = (value.get("apiVersion") or kind.api_version).rpartition("/")[2]
    return errors.bad_request(f'{named} in version "{version}" cannot be handled as a {kind.kind}: {reason}')


def typed_as(body: Body, kind: Kind, known: bool) -> Object:
    """The body's object if it is of the kind, or says nothing of its type. StatusError 400 otherwise.

    `known` tells whether the type that the body names is one that the server serves.
    """
    value = body.value
    if not isinstance(value, dict):
        reason = f"json: cannot unmarshal {json_type_name(value)} into Go value of type {kind.version}.{kind.kind}"
        raise cannot_be_handled({}, kind, reason)
    api_version, name = value.get("apiVersion") or kind.api_version, value.get("kind") or kind.kind
    if (api_version, name) == (kind.api_version, kind.kind):
        return value
    if not known and name not in _RETIRED.get(api_version, ()):
        where = 'in scheme "pkg/api/legacyscheme/scheme.go:30"'
        raise cannot_be_handled(value, kind, f'no kind "{name}" is registered for version "{api_version}" {where}')
    if name == kind.kind:
        raise errors.bad_request(
            f"the API version in the data ({api_version}) does not match the expected API version ({kind.api_version})"
        )
    internal = f"{_go_group(kind.group)}.{kind.kind}"
    raise cannot_be_handled(value, kind, f"converting ({api_version.rpartition('/')[2]}.{name}) to ({internal}): unknown conversion")


def _go_group(group: str) -> str:
    return group.partition(".")[0] or "core"
