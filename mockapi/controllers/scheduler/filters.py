"""Why a pod cannot go to a node: each filter gives the words of its plugin in kube-scheduler, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from mockapi.controllers.scheduler.usage import Request
from mockapi.machinery.meta import Object, labels_of, name_of
from mockapi.machinery.quantity import Quantity, parse_quantity
from mockapi.machinery.selectors import LabelSelector, SelectorError, selector_from_object

_ZERO = parse_quantity("0")
_AFFINITY = "node(s) didn't match Pod's node affinity/selector"
_HARD = ("NoSchedule", "NoExecute")


class Candidate(NamedTuple):
    """A node with what its pods have taken of it."""

    node: Object
    used: Request


Filter = Callable[[Object, Request, Candidate], str | None]


def why_not(pod: Object, wanted: Request, candidate: Candidate) -> str | None:
    """The first reason against the node; None when the pod may go there."""
    return next((reason for check in _FILTERS if (reason := check(pod, wanted, candidate))), None)


def _unschedulable(pod: Object, _wanted: Request, candidate: Candidate) -> str | None:
    taint = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    if candidate.node["spec"].get("unschedulable") and not _tolerated(pod, taint):
        return "node(s) were unschedulable"
    return None


def _untolerated(pod: Object, _wanted: Request, candidate: Candidate) -> str | None:
    for taint in candidate.node["spec"].get("taints") or ():
        if taint.get("effect") in _HARD and not _tolerated(pod, taint):
            return f"node(s) had untolerated taint(s) {{{taint['key']}: {taint.get('value', '')}}}"
    return None


def _affinity(pod: Object, _wanted: Request, candidate: Candidate) -> str | None:
    labels = labels_of(candidate.node)
    selector = pod["spec"].get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        return _AFFINITY
    affinity = ((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    if affinity and not any(_matches_term(term, candidate.node) for term in affinity.get("nodeSelectorTerms") or ()):
        return _AFFINITY
    return None


def _resources(_pod: Object, wanted: Request, candidate: Candidate) -> str | None:
    allocatable = (candidate.node.get("status") or {}).get("allocatable") or {}
    if candidate.used.pods + 1 > int(allocatable.get("pods", 0)):
        return "Too many pods"
    for name, amount in (("cpu", wanted.cpu), ("memory", wanted.memory)):
        taken: Quantity = getattr(candidate.used, name)
        if amount > _ZERO and taken + amount > parse_quantity(allocatable.get(name, "0")):
            return f"Insufficient {name}"
    return None


_FILTERS: tuple[Filter, ...] = (_unschedulable, _untolerated, _affinity, _resources)


def _tolerated(pod: Object, taint: Object) -> bool:
    return any(_tolerates(toleration, taint) for toleration in pod["spec"].get("tolerations") or ())


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")


def _matches_term(term: Object, node: Object) -> bool:
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
