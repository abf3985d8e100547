"""core/v1 NodeSelector: which nodes a pod's affinity or a volume allows."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.machinery.meta import Object, labels_of, name_of
from mockapi.machinery.selectors import LabelSelector, SelectorError, selector_from_object


def pod_allows(pod: Object, node: Object) -> bool:
    """Whether the pod's nodeSelector and required node affinity both hold for the node (PodSpec.nodeSelector, NodeAffinity)."""
    labels, spec = labels_of(node), pod["spec"]
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or node_matches(required, node)


def node_matches(selector: Object, node: Object) -> bool:
    """Whether one of the terms of a NodeSelector holds for the node."""
    return any(term_matches(term, node) for term in selector.get("nodeSelectorTerms") or ())


def term_matches(term: Object, node: Object) -> bool:
    """A NodeSelectorTerm: all its expressions and fields must hold, and an empty one matches nothing."""
    expressions, fields = term.get("matchExpressions") or [], term.get("matchFields") or []
    if not expressions and not fields:
        return False
    return _holds(expressions, labels_of(node)) and _holds(fields, {"metadata.name": name_of(node)})


def _holds(expressions: Iterable[Object], values: dict[str, str]) -> bool:
    return all(_holds_one(expression, values) for expression in expressions)


def _holds_one(expression: Object, values: dict[str, str]) -> bool:
    key, operator = expression["key"], expression["operator"]
    if operator in {"Gt", "Lt"}:
        return _compares(operator, values.get(key, ""), (expression.get("values") or [""])[0])
    try:
        selector: LabelSelector = selector_from_object({"matchExpressions": [expression]})
    except SelectorError:
        return operator in {"In", "NotIn"} and (values.get(key) in (expression.get("values") or ())) == (operator == "In")
    return selector.matches(values)


def _compares(operator: str, value: str, bound: str) -> bool:
    try:
        return int(value) > int(bound) if operator == "Gt" else int(value) < int(bound)
    except ValueError:
        return False
