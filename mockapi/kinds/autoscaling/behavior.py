"""How fast an autoscaler may scale (autoscaling/v2 HorizontalPodAutoscalerBehavior): defaults and rules."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import part, under
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO

_MOST_WINDOW, _MOST_PERIOD = 3600, 1800
_SELECTS = ("Disabled", "Max", "Min")
_POLICY_TYPES = ("Percent", "Pods")


_DOUBLE: Object = {"type": "Percent", "value": 100, "periodSeconds": 15}
_DEFAULTS: dict[str, Object] = {
    "scaleUp": {
        "stabilizationWindowSeconds": 0,
        "selectPolicy": "Max",
        "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}, _DOUBLE],
    },
    "scaleDown": {"selectPolicy": "Max", "policies": [_DOUBLE]},
}


def default_behavior(value: Object) -> None:
    """Fills in what is not said of either direction, in place."""
    for field, rules in _DEFAULTS.items():
        given = {name: each for name, each in (value.get(field) or {}).items() if each is not None}
        value[field] = {**deepcopy(rules), **given}


def behavior(value: Object) -> Iterator[FieldError]:
    """The errors of spec.behavior, relative to it."""
    for field in ("scaleUp", "scaleDown"):
        yield from part(value, field, _scaling)


def _scaling(rules: Object) -> Iterator[FieldError]:
    window, selects = rules.get("stabilizationWindowSeconds"), rules.get("selectPolicy")
    if window is not None and window < 0:
        yield fielderrors.invalid("stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    if window is not None and window > _MOST_WINDOW:
        yield fielderrors.invalid("stabilizationWindowSeconds", window, f"must be less than or equal to {_MOST_WINDOW}")
    if selects is not None and selects not in _SELECTS:
        yield fielderrors.not_supported("selectPolicy", selects, _SELECTS)
    if not rules.get("policies"):
        yield fielderrors.required("policies", "must specify at least one Policy")
    for position, policy in enumerate(rules.get("policies") or ()):
        yield from under(f"policies[{position}]", _policy(policy))
    if rules.get("tolerance") is not None and amount(rules["tolerance"]) < ZERO:
        yield fielderrors.invalid("tolerance", rules["tolerance"], "must be greater than or equal to 0")


def _policy(policy: Object) -> Iterator[FieldError]:
    if policy.get("type") not in _POLICY_TYPES:
        yield fielderrors.not_supported("type", policy.get("type", ""), _POLICY_TYPES)
    for field in ("value", "periodSeconds"):
        if policy.get(field, 0) <= 0:
            yield fielderrors.invalid(field, policy.get(field, 0), "must be greater than zero")
    if policy.get("periodSeconds", 0) > _MOST_PERIOD:
        yield fielderrors.invalid("periodSeconds", policy["periodSeconds"], f"must be less than or equal to {_MOST_PERIOD}")
