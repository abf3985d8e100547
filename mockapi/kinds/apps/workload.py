"""What the workloads of this group share: rules of selectors, pod templates, percentages and statuses, and table cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from mockapi.kinds.podspec.checks import label_selector, non_negative, part
from mockapi.kinds.podspec.pod_spec import TEMPLATE, Holder, template_errors
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import ROOT, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.machinery.selectors import LabelSelector, SelectorError, selector_from_object
from mockapi.registry.printing import selector as selector_cell

_WHOLE = 100
_NUMBER = re.compile("[0-9]+%|[+-]?[0-9]+")


def default_missing(obj: Object, **values: Any) -> None:
    """Sets fields that are absent or null."""
    for field, value in values.items():
        if obj.get(field) is None:
            obj[field] = value


def fill_empty(obj: Object, **values: Any) -> None:
    """Sets fields that are absent, null or empty."""
    for field, value in values.items():
        if not obj.get(field):
            obj[field] = value


def keep_labels(obj: Object, old: Object) -> None:
    """A write to the status leaves the labels as they were."""
    obj["metadata"].pop("labels", None)
    if old["metadata"].get("labels"):
        obj["metadata"]["labels"] = old["metadata"]["labels"]


def selector_form(selector: Object | None) -> Object | None:
    """A label selector as error messages show it: fields in their declared order, maps by key."""
    if selector is None:
        return None
    shown: Object = {}
    if selector.get("matchLabels"):
        shown["matchLabels"] = dict(sorted(selector["matchLabels"].items()))
    if selector.get("matchExpressions"):
        order = ("key", "operator", "values")
        shown["matchExpressions"] = [{name: each[name] for name in order if name in each} for each in selector["matchExpressions"]]
    return shown


def selector_errors(spec: Object, empty: str, unreadable: str = "invalid label selector") -> Iterator[FieldError]:
    """The errors of `spec.selector`, relative to it; `empty` is what one without requirements is told."""
    selector = spec.get("selector")
    if selector is None:
        yield fielderrors.required("")
        return
    yield from label_selector(selector)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield fielderrors.invalid("", selector_form(selector), empty)
    if _readable(selector) is None:
        yield fielderrors.invalid("", selector_form(selector), unreadable)


def matched_template(spec: Object, kind: str, holder: Holder = TEMPLATE) -> Iterator[FieldError]:
    """The errors, relative to it, of the template of pods that run for ever and are found by `spec.selector`."""
    if _readable(spec.get("selector")) is not None:
        yield from label_errors(spec, empty=True)
        yield from endless_template(spec.get("template") or {}, kind, holder)


def label_errors(spec: Object, *, empty: bool = False) -> Iterator[FieldError]:
    """The error, relative to it, of a template that `spec.selector` does not find; one that is `empty` may be let pass."""
    selector, labels = _readable(spec.get("selector")), ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if selector is not None and not (empty and selector.empty) and not selector.matches(labels or {}):
        shown = dict(sorted(labels.items())) if labels is not None else None
        yield fielderrors.invalid("metadata.labels", shown, "`selector` does not match template `labels`")


def endless_template(template: Object, kind: str, holder: Holder = TEMPLATE) -> Iterator[FieldError]:
    """The errors, relative to it, of the template of pods that run for ever."""
    yield from template_errors(template, ROOT, holder)
    yield from endless(template.get("spec") or {}, kind)


def _readable(selector: Object | None) -> LabelSelector | None:
    try:
        return selector_from_object(selector)
    except SelectorError:
        return None


def endless(pod: Object, kind: str) -> Iterator[FieldError]:
    """The errors, relative to their template, of pods that do not run for ever."""
    if pod.get("restartPolicy") != "Always":
        yield fielderrors.not_supported("spec.restartPolicy", pod.get("restartPolicy", ""), ["Always"])
    if pod.get("activeDeadlineSeconds") is not None:
        yield fielderrors.forbidden("spec.activeDeadlineSeconds", f"activeDeadlineSeconds in {kind} is not Supported")


def immutable_selector(obj: Object, old: Object) -> Iterator[FieldError]:
    """A workload's selector may not change once it is made."""
    selector = obj["spec"].get("selector")
    if selector != old["spec"].get("selector"):
        yield fielderrors.invalid("spec.selector", selector_form(selector), IMMUTABLE)


def int_or_percent(value: Any) -> Iterator[FieldError]:
    """A count or a percentage, not below zero."""
    if isinstance(value, str):
        yield from (fielderrors.invalid("", value, message) for message in names.percent(value))
    else:
        yield from non_negative(value)


def at_most_all(value: Any) -> Iterator[FieldError]:
    """A percentage of no more than the whole."""
    if isinstance(value, str) and not names.percent(value) and int(value[:-1]) > _WHOLE:
        yield fielderrors.invalid("", value, "must not be greater than 100%")


def is_zero(value: Any) -> bool:
    """Whether a count or percentage is none at all. A text that is no percentage counts as the number that it is, or else as none."""
    if isinstance(value, str):
        return not _NUMBER.fullmatch(value) or int(value.removesuffix("%")) == 0
    return not value


def count_errors(status: Object, fields: tuple[str, ...]) -> Iterator[FieldError]:
    """Counts of a status that are below zero."""
    for field in fields:
        yield from part(status, field, non_negative)


def excess_errors(status: Object, fields: tuple[str, ...], limit: str, sentence: str) -> Iterator[FieldError]:
    """Counts of a status that are above another of its counts."""
    for field in fields:
        if (status.get(field) or 0) > (status.get(limit) or 0):
            yield fielderrors.invalid(field, status.get(field) or 0, sentence)


def collision_errors(obj: Object, old: Object) -> Iterator[FieldError]:
    """status.collisionCount only ever grows."""
    count, before = (each.get("status", {}).get("collisionCount") for each in (obj, old))
    if before is not None and (count or 0) < before:
        yield fielderrors.invalid("status.collisionCount", count or 0, "cannot be decremented")


def count(field: str) -> Callable[[Object, datetime], int]:
    """The cell that shows a count of the status."""

    def cell(obj: Object, _now: datetime) -> int:
        return int((obj.get("status") or {}).get(field) or 0)

    return cell


def ready(obj: Object, now: datetime) -> str:
    """The cell that shows how many of the wished pods are ready: `2/3`."""
    return f"{count('readyReplicas')(obj, now)}/{desired(obj, now)}"


def desired(obj: Object, _now: datetime) -> int:
    """The cell that shows how many pods are wished for."""
    return int(obj["spec"].get("replicas") or 0)


def selector_text(obj: Object, _now: datetime) -> str:
    """The cell that shows the selector."""
    return selector_cell(obj["spec"].get("selector"))
