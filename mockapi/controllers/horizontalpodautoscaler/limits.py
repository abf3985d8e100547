"""How much of what metrics ask for happens now (autoscaling/v2 HorizontalPodAutoscalerBehavior)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import NamedTuple

from mockapi.controllers.horizontalpodautoscaler.calculation import Tolerances
from mockapi.controllers.horizontalpodautoscaler.history import History
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import parse_quantity

# The default of --horizontal-pod-autoscaler-downscale-stabilization, for what does not say.
_DOWNSCALE_WINDOW = 300
_NANO = 10**9


class Reason(NamedTuple):
    """Of a condition."""

    reason: str
    message: str


class Permitted(NamedTuple):
    """What may happen now, and what the conditions AbleToScale and ScalingLimited say of it."""

    replicas: int
    able: Reason
    limit: Reason
    is_limited: bool


_READY = Reason("ReadyForNewScale", "recommended size matches current size")
_STABLE_UP = Reason("ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation")
_STABLE_DOWN = Reason(
    "ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation"
)
_WITHIN = Reason("DesiredWithinRange", "the desired count is within the acceptable range")
_TOO_MANY = Reason("TooManyReplicas", "the desired replica count is more than the maximum replica count")
_TOO_FEW = Reason("TooFewReplicas", "the desired replica count is less than the minimum replica count")
_TOO_FAST_UP = Reason("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
_TOO_FAST_DOWN = Reason("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")


def least(spec: Object) -> int:
    """spec.minReplicas with its default."""
    minimum = spec.get("minReplicas")
    return 1 if minimum is None else int(minimum)


def tolerances(spec: Object) -> Tolerances:
    """Those of the behavior (KEP-4951), or the cluster's."""
    given = {"down": _rules(spec, "scaleDown").get("tolerance"), "up": _rules(spec, "scaleUp").get("tolerance")}
    return Tolerances(**{name: parse_quantity(text).nanos / _NANO for name, text in given.items() if text is not None})


def permitted(spec: Object, history: History, current: int, wanted: int, now: datetime) -> Permitted:
    """What of the wanted replicas may come or go now; remembers what was wanted."""
    if spec.get("behavior") is None:
        stable, why = _stabilized(history, wanted, now), _STABLE_DOWN
        allowed, limit = _limited(spec, current, stable)
    else:
        stable = _stabilized_by_behavior(spec, history, current, wanted, now)
        why = _STABLE_UP if wanted >= current else _STABLE_DOWN
        allowed, limit = _limited_by_behavior(spec, history, current, stable, now)
    history.recommend(wanted, now)
    return Permitted(allowed, _READY if stable == wanted else why, limit, is_limited=allowed != stable)


def _stabilized(history: History, wanted: int, now: datetime) -> int:
    start = now - timedelta(seconds=_DOWNSCALE_WINDOW)
    return max([wanted, *(each.replicas for each in history.recommendations if each.at >= start)])


def _stabilized_by_behavior(spec: Object, history: History, current: int, wanted: int, now: datetime) -> int:
    """The current number, moved as little as the recommendations of both windows allow."""
    up = timedelta(seconds=_rules(spec, "scaleUp").get("stabilizationWindowSeconds") or 0)
    window = _rules(spec, "scaleDown").get("stabilizationWindowSeconds")
    down = timedelta(seconds=_DOWNSCALE_WINDOW if window is None else window)
    lowest = min([wanted, *(each.replicas for each in history.recommendations if each.at > now - up)])
    highest = max([wanted, *(each.replicas for each in history.recommendations if each.at > now - down)])
    return min(max(current, lowest), highest)


def _limited(spec: Object, current: int, wanted: int) -> tuple[int, Reason]:
    """Without a behavior: no more than double, or four."""
    fastest, most = max(2 * current, 4), spec["maxReplicas"]
    if wanted < least(spec):
        return least(spec), _TOO_FEW
    if wanted > min(fastest, most):
        return min(fastest, most), _TOO_FAST_UP if most > fastest else _TOO_MANY
    return wanted, _WITHIN


def _limited_by_behavior(spec: Object, history: History, current: int, wanted: int, now: datetime) -> tuple[int, Reason]:
    if wanted > current:
        fastest, most = max(current, _fastest_up(_rules(spec, "scaleUp"), history, current, now)), spec["maxReplicas"]
        if wanted > min(fastest, most):
            return min(fastest, most), _TOO_FAST_UP if most > fastest else _TOO_MANY
    elif wanted < current:
        fastest, fewest = min(current, _fastest_down(_rules(spec, "scaleDown"), history, current, now)), least(spec)
        if wanted < max(fastest, fewest):
            return max(fastest, fewest), _TOO_FAST_DOWN if fewest < fastest else _TOO_FEW
    return wanted, _WITHIN


def _fastest_up(rules: Object, history: History, current: int, now: datetime) -> int:
    """The highest number that the policies allow, or with `Min` the lowest of their highest."""

    def allowed(policy: Object) -> int:
        before, value = history.at_start_of(policy, current, now), int(policy["value"])
        return before + value if policy["type"] == "Pods" else math.ceil(before * (1 + value / 100))

    if rules.get("selectPolicy") == "Disabled":
        return current
    select = min if rules.get("selectPolicy") == "Min" else max
    return int(select(map(allowed, rules["policies"])))


def _fastest_down(rules: Object, history: History, current: int, now: datetime) -> int:
    """The lowest number that the policies allow, or with `Min` the highest of their lowest."""

    def allowed(policy: Object) -> int:
        before, value = history.at_start_of(policy, current, now), int(policy["value"])
        return before - value if policy["type"] == "Pods" else int(before * (1 - value / 100))

    if rules.get("selectPolicy") == "Disabled":
        return current
    select = max if rules.get("selectPolicy") == "Min" else min
    return int(select(map(allowed, rules["policies"])))


def _rules(spec: Object, direction: str) -> Object:
    rules: Object = (spec.get("behavior") or {}).get(direction) or {}
    return rules
