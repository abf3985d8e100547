"""Rules of what decides where a pod goes: affinity, tolerations, spread, gates (core/v1)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import each, grammar, label_selector, part, under
from mockapi.kinds.podspec.label_keys import label_key_errors
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import ROOT, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_labels
from mockapi.registry.validation import Check

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
_POLICIES = ("Ignore", "Honor")
_MAX_WEIGHT = 100


def affinity(value: Object) -> Iterator[FieldError]:
    """Pod.spec.affinity."""
    yield from part(value, "nodeAffinity", _node_affinity)
    yield from part(value, "podAffinity", _pod_affinity)
    yield from part(value, "podAntiAffinity", _pod_affinity)


def _node_affinity(value: Object) -> Iterator[FieldError]:
    yield from part(value, _REQUIRED, node_selector)
    yield from part(value, _PREFERRED, each(_preferred_node_term))


def node_selector(selector: Object) -> Iterator[FieldError]:
    """A NodeSelector."""
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        yield fielderrors.required("nodeSelectorTerms", "must have at least one node selector term")
    yield from under("nodeSelectorTerms", each(_node_term)(terms))


def _preferred_node_term(term: Object) -> Iterator[FieldError]:
    yield from under("weight", _weight(term.get("weight", 0)))
    yield from under("preference", _node_term(term.get("preference") or {}))


def _weight(value: int) -> Iterator[FieldError]:
    if not 1 <= value <= _MAX_WEIGHT:
        yield fielderrors.invalid("", value, "must be in the range 1-100")


def _node_term(term: Object) -> Iterator[FieldError]:
    yield from part(term, "matchExpressions", each(_node_requirement))
    yield from part(term, "matchFields", each(_node_field))


def _node_requirement(requirement: Object) -> Iterator[FieldError]:
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in {"In", "NotIn"}:
        if not values:
            yield fielderrors.required("values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            yield fielderrors.forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator in {"Gt", "Lt"}:
        if len(values) != 1:
            yield fielderrors.required("values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield fielderrors.invalid("operator", operator, "not a valid selector operator")
    yield from under("key", _label_key(requirement.get("key", "")))
    for position, value in enumerate(values):
        yield from under(f"values[{position}]", grammar(names.label_value)(value))


def _label_key(key: str) -> Iterator[FieldError]:
    yield from (fielderrors.invalid("", key, message) for message in names.qualified_name(key))


def _node_field(requirement: Object) -> Iterator[FieldError]:
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator not in {"In", "NotIn"}:
        yield fielderrors.invalid("operator", operator, "not a valid selector operator")
    elif len(values) != 1:
        yield fielderrors.required("values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
    if requirement.get("key") != "metadata.name":
        yield fielderrors.invalid("key", requirement.get("key", ""), "not a valid field selector key")


def _pod_affinity(value: Object) -> Iterator[FieldError]:
    yield from part(value, _REQUIRED, each(_pod_term))
    yield from part(value, _PREFERRED, each(_weighted_pod_term))


def _weighted_pod_term(term: Object) -> Iterator[FieldError]:
    yield from under("weight", _weight(term.get("weight", 0)))
    yield from under("podAffinityTerm", _pod_term(term.get("podAffinityTerm") or {}))


def _pod_term(term: Object) -> Iterator[FieldError]:
    yield from part(term, "labelSelector", label_selector)
    yield from part(term, "namespaceSelector", label_selector)
    yield from label_key_errors(term)
    for name in term.get("namespaces") or ():
        yield from (fielderrors.invalid("namespace", name, message) for message in names.dns1123_label(name))
    if not term.get("topologyKey"):
        yield fielderrors.required("topologyKey", "can not be empty")
    yield from under("topologyKey", _label_key(term.get("topologyKey", "")))


def toleration(value: Object) -> Iterator[FieldError]:
    """One of Pod.spec.tolerations."""
    key, operator, effect = value.get("key", ""), value.get("operator", ""), value.get("effect", "")
    if key:
        yield from under("key", _label_key(key))
    elif operator != "Exists":
        yield fielderrors.invalid(
            "operator", operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        )
    if value.get("tolerationSeconds") is not None and effect != "NoExecute":
        yield fielderrors.invalid("effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    yield from under("operator", _toleration_operator(value))
    if effect and effect not in _EFFECTS:
        yield fielderrors.not_supported("effect", effect, _EFFECTS)


def _toleration_operator(value: Object) -> Iterator[FieldError]:
    operator, text = value.get("operator", ""), value.get("value", "")
    if operator in {"Equal", ""}:
        messages = names.label_value(text)
        if messages:
            yield fielderrors.invalid("", text, ";".join(messages))
    elif operator == "Exists":
        if text:
            yield fielderrors.invalid("", text, "value must be empty when `operator` is 'Exists'")
    else:
        yield fielderrors.not_supported("", operator, ["Equal", "Exists"])


def _spread(constraint: Object) -> Iterator[FieldError]:
    if constraint.get("maxSkew", 0) <= 0:
        yield fielderrors.invalid("maxSkew", constraint.get("maxSkew", 0), "must be greater than zero")
    if not constraint.get("topologyKey"):
        yield fielderrors.required("topologyKey", "can not be empty")
    else:
        yield from under("topologyKey", _label_key(constraint["topologyKey"]))
    if constraint.get("whenUnsatisfiable") not in _UNSATISFIABLE:
        yield fielderrors.not_supported("whenUnsatisfiable", constraint.get("whenUnsatisfiable", ""), _UNSATISFIABLE)
    if constraint.get("minDomains") is not None:
        yield from _min_domains(constraint)
    for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if constraint.get(field) is not None and constraint[field] not in _POLICIES:
            yield fielderrors.not_supported(field, constraint[field], _POLICIES)
    yield from label_key_errors(constraint)
    yield from part(constraint, "labelSelector", label_selector)


def _min_domains(constraint: Object) -> Iterator[FieldError]:
    if constraint["minDomains"] <= 0:
        yield fielderrors.invalid("minDomains", constraint["minDomains"], "must be greater than zero")
    if constraint.get("whenUnsatisfiable") != "DoNotSchedule":
        sentence = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {constraint.get('whenUnsatisfiable', '')}"
        yield fielderrors.invalid("minDomains", constraint["minDomains"], sentence)


def spreads(constraints: list[Object]) -> Iterator[FieldError]:
    """Pod.spec.topologySpreadConstraints: each pair of topology key and answer stands once."""
    seen: set[tuple[str, str]] = set()
    for position, constraint in enumerate(constraints):
        yield from under(f"[{position}]", _spread(constraint))
        key, answer = constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
        if (key, answer) in seen:
            yield fielderrors.duplicate(f"[{position}].{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {answer}}}")
        seen.add((key, answer))


def gates(items: list[Object]) -> Iterator[FieldError]:
    """Pod.spec.schedulingGates."""
    seen: set[str] = set()
    for position, gate in enumerate(items):
        name = gate.get("name", "")
        yield from under(f"[{position}]", _label_key(name))
        if name in seen:
            yield fielderrors.duplicate(f"[{position}]", name)
        seen.add(name)


def node_labels(labels: dict[str, str]) -> Iterator[FieldError]:
    """Pod.spec.nodeSelector."""
    yield from validate_labels(labels, ROOT)


def readiness_gate(gate: Object) -> Iterator[FieldError]:
    """One of Pod.spec.readinessGates."""
    yield from under("conditionType", _label_key(gate.get("conditionType", "")))


tolerations: Check = each(toleration)
readiness_gates: Check = each(readiness_gate)
