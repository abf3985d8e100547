"""When a Job fails or succeeds before all its pods are through: rules of podFailurePolicy and successPolicy (batch/v1 JobSpec)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.batch.index_intervals import count_indexes
from mockapi.kinds.podspec.checks import each, non_negative, part, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object

_MOST_RULES, _MOST_PATTERNS, _MOST_CODES = 20, 20, 255
_LONGEST_INDEXES = 64 * 1024
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")


def failure_policy(spec: Object) -> Iterator[FieldError]:
    """The errors of a JobSpec's podFailurePolicy, relative to it."""
    rules = spec["podFailurePolicy"].get("rules") or []
    if len(rules) > _MOST_RULES:
        yield fielderrors.too_many("rules", len(rules), _MOST_RULES)
    for position, rule in enumerate(rules):
        yield from under(f"rules[{position}]", _failure_rule(rule, spec))


def _failure_rule(rule: Object, spec: Object) -> Iterator[FieldError]:
    action, codes, conditions = rule.get("action", ""), rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if action == "FailIndex":
        if spec.get("backoffLimitPerIndex") is None:
            yield fielderrors.invalid("action", action, "requires the backoffLimitPerIndex to be set")
    else:
        yield from _chosen("action", action, _ACTIONS)
    if codes is not None:
        yield from under("onExitCodes", _exit_codes(codes, spec))
    if len(conditions) > _MOST_PATTERNS:
        yield fielderrors.too_many("onPodConditions", len(conditions), _MOST_PATTERNS)
    yield from under("onPodConditions", each(_pattern)(conditions))
    if codes is not None and conditions:
        yield _unshown("specifying both OnExitCodes and OnPodConditions is not supported")
    if codes is None and not conditions:
        yield _unshown("specifying one of OnExitCodes and OnPodConditions is required")


def _unshown(detail: str) -> FieldError:
    """An invalid value that is not repeated."""
    return FieldError("FieldValueInvalid", "", f"Invalid value: {detail}")


def _chosen(field: str, value: str, choices: tuple[str, ...]) -> Iterator[FieldError]:
    if not value:
        listed = " ".join(f'"{choice}"' for choice in choices)
        yield fielderrors.required(field, f"valid values: [{listed}]")
    elif value not in choices:
        yield fielderrors.not_supported(field, value, choices)


def _pattern(pattern: Object) -> Iterator[FieldError]:
    kind = pattern.get("type", "")
    yield from (fielderrors.invalid("type", kind, message) for message in names.qualified_name(kind))
    yield from _chosen("status", pattern.get("status", ""), _STATUSES)


def _exit_codes(codes: Object, spec: Object) -> Iterator[FieldError]:
    values, pod = codes.get("values") or [], (spec.get("template") or {}).get("spec") or {}
    yield from _chosen("operator", codes.get("operator", ""), _OPERATORS)
    known = {container.get("name") for field in ("containers", "initContainers") for container in pod.get(field) or ()}
    if codes.get("containerName") is not None and codes["containerName"] not in known:
        sentence = "must be one of the container or initContainer names in the pod template"
        yield fielderrors.invalid("containerName", codes["containerName"], sentence)
    if not values:
        yield fielderrors.invalid("values", codes.get("values"), "at least one value is required")
    elif len(values) > _MOST_CODES:
        yield fielderrors.too_many("values", len(values), _MOST_CODES)
    for position, value in enumerate(values):
        if codes.get("operator") == "In" and value == 0:
            yield fielderrors.invalid(f"values[{position}]", value, "must not be 0 for the In operator")
        if value in values[:position]:
            yield fielderrors.duplicate(f"values[{position}]", value)
    if values != sorted(values):
        yield fielderrors.invalid("values", values, "must be ordered")


def success_policy(spec: Object) -> Iterator[FieldError]:
    """The errors of an indexed JobSpec's successPolicy, relative to it."""
    rules = spec["successPolicy"].get("rules") or []
    if not rules:
        yield fielderrors.required("rules", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > _MOST_RULES:
        yield fielderrors.too_many("rules", len(rules), _MOST_RULES)
    for position, rule in enumerate(rules):
        yield from under(f"rules[{position}]", _success_rule(rule, spec.get("completions")))


def _success_rule(rule: Object, completions: int | None) -> Iterator[FieldError]:
    indexes, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    if indexes is None and count is None:
        yield fielderrors.required("", "at least one of succeededCount or succeededIndexes must be specified")
    total = 0
    if indexes is not None:
        if len(indexes) > _LONGEST_INDEXES:
            yield fielderrors.too_long("succeededIndexes", _LONGEST_INDEXES)
        try:
            total = count_indexes(indexes, completions or 0)
        except ValueError as failure:
            yield fielderrors.invalid("succeededIndexes", indexes, f"error parsing succeededIndexes: {failure}")
    yield from part(rule, "succeededCount", non_negative)
    if count is None:
        return
    if completions is not None and count > completions:
        sentence = f"must be less than or equal to {completions} (the number of specified completions)"
        yield fielderrors.invalid("succeededCount", count, sentence)
    if indexes is not None and count > total:
        sentence = f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        yield fielderrors.invalid("succeededCount", count, sentence)
