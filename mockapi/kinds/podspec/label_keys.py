"""Label keys by which a pod's scheduling rules tell pods of its own revision from others (KEP-3243, KEP-3633): rules, and their meaning."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, labels_of

_MATCH, _MISMATCH = "matchLabelKeys", "mismatchLabelKeys"
_OPERATORS = {_MATCH: "In", _MISMATCH: "NotIn"}


def label_key_errors(holder: Object) -> Iterator[FieldError]:
    """The errors of the keys of an affinity term or a spread constraint, relative to it."""
    for field in _OPERATORS:
        keys = holder.get(field) or []
        if keys and holder.get("labelSelector") is None:
            yield fielderrors.forbidden(field, "must not be specified when labelSelector is not set")
        for position, key in enumerate(keys):
            messages = names.qualified_name(key)
            yield from under(f"{field}[{position}]", (fielderrors.invalid("", key, message) for message in messages))
    for position, key in enumerate(holder.get(_MISMATCH) or ()):
        if key in (holder.get(_MATCH) or ()):
            yield fielderrors.invalid(f"{_MISMATCH}[{position}]", key, f"exists in both {_MATCH} and {_MISMATCH}")


def merge_label_keys(pod: Object) -> None:
    """Adds the values that the pod's labels have for the keys to the label selectors that the scheduler goes by, in place."""
    for holder in _holders(pod["spec"]):
        if holder.get("labelSelector") is not None:
            _merge(holder, labels_of(pod))


def _merge(holder: Object, labels: dict[str, str]) -> None:
    added = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for field, operator in _OPERATORS.items()
        for key in holder.get(field) or ()
        if key in labels
    ]
    if added:
        selector = holder["labelSelector"]
        holder["labelSelector"] = {**selector, "matchExpressions": [*(selector.get("matchExpressions") or ()), *added]}


def _holders(spec: Object) -> Iterator[Object]:
    yield from spec.get("topologySpreadConstraints") or ()
    for field in ("podAffinity", "podAntiAffinity"):
        terms = (spec.get("affinity") or {}).get(field) or {}
        yield from terms.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for weighted in terms.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield weighted.get("podAffinityTerm") or {}
