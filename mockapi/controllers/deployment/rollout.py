"""The arithmetic of rollouts: how many pods there may be and must be, and which ReplicaSets grow or shrink by how much.

Sources: apps/v1 RollingUpdateDeployment (maxSurge, maxUnavailable) and the proportional scaling that the Deployment concept describes.
A plan is a list of ReplicaSets with the size that each is to have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from mockapi.controllers.deployment import replicasets
from mockapi.controllers.workload.shares import rounded_down, rounded_up
from mockapi.machinery.meta import Object, Objects, uid_of

Plan = list[tuple[Object, int]]


class Limits(NamedTuple):
    """How far a rollout may go from the wanted number of pods."""

    replicas: int
    surge: int
    unavailable: int

    @property
    def most(self) -> int:
        """As many pods as there may be."""
        return self.replicas + self.surge

    @property
    def least_available(self) -> int:
        """As few available pods as there may be."""
        return self.replicas - self.unavailable


def is_rolling(deployment: Object) -> bool:
    """Whether old and new pods may run side by side (DeploymentStrategy.type)."""
    return bool(deployment["spec"]["strategy"]["type"] == "RollingUpdate")


def limits_of(deployment: Object) -> Limits:
    """The limits of a Deployment. Only a rolling update may go beyond the wanted number, or below it."""
    spec = deployment["spec"]
    replicas = int(spec["replicas"])
    if not is_rolling(deployment):
        return Limits(replicas, 0, 0)
    rolling = spec["strategy"].get("rollingUpdate") or {}
    surge = rounded_up(rolling.get("maxSurge", 0), replicas)
    unavailable = rounded_down(rolling.get("maxUnavailable", 0), replicas)
    if surge == 0 and unavailable == 0:
        # Rounding must not leave a rollout without any room.
        unavailable = 1
    return Limits(replicas, surge, min(unavailable, replicas))


def new_size(limits: Limits, new: Object | None, everything: Sequence[Object], *, rolling: bool) -> int:
    """The size that the new ReplicaSet (None: not made yet, one of size 0) may have now, given all there are."""
    present = replicasets.size(new) if new else 0
    if not rolling:
        return limits.replicas
    room = limits.most - replicasets.total_size(everything)
    return present + max(0, min(room, limits.replicas - present)) if present < limits.replicas else limits.replicas


def shrink_old(limits: Limits, new: Object, old: Sequence[Object]) -> Plan:
    """Which old ReplicaSets shrink while the new one comes up: first what is not available anyway, then what can be spared."""
    unavailable_new = replicasets.size(new) - replicasets.available(new)
    most = replicasets.total_size([*old, new]) - limits.least_available - unavailable_new
    if most <= 0:
        return []
    by_age = sorted(old, key=replicasets.age_key)
    sizes = {uid_of(one): replicasets.size(one) for one in by_age}
    left = _take(sizes, by_age, most, lambda one: replicasets.size(one) - replicasets.available(one))
    # A status may lag behind a size that was just written, and tell of pods that are about to go: hence both bounds.
    spare = replicasets.total_available([*old, new]) - limits.least_available
    _take(sizes, by_age, min(left, spare), lambda one: sizes[uid_of(one)])
    return _changes((one, sizes[uid_of(one)]) for one in by_age)


def _changes(plan: Iterable[tuple[Object, int]]) -> Plan:
    """The part of a plan that changes a size."""
    return [(one, size) for one, size in plan if size != replicasets.size(one)]


def _take(sizes: dict[str, int], old: Sequence[Object], count: int, of: Callable[[Object], int]) -> int:
    """Takes `count` away, from each in turn as much as `of` allows. Returns how much could not be taken."""
    for one in old:
        taken = max(0, min(count, of(one)))
        sizes[uid_of(one)] -= taken
        count -= taken
    return count


def scale(deployment: Object, new: Object | None, old: Objects) -> Plan:
    """Sizes after the wanted number has changed: of the only active ReplicaSet, or of all in proportion during a rollout."""
    limits = limits_of(deployment)
    only = replicasets.active_or_latest(new, old)
    if only is not None:
        return _changes([(only, limits.replicas)])
    active = replicasets.active([*old, *([new] if new else [])])
    if replicasets.is_saturated(new, limits.replicas):
        return [(one, 0) for one in replicasets.active(old)]
    return _in_proportion(deployment, limits, active) if active and is_rolling(deployment) else []


def _in_proportion(deployment: Object, limits: Limits, active: Objects) -> Plan:
    """Spreads what is to be added or removed by size, the largest first; it also gets what rounding leaves."""
    allowed = limits.most if limits.replicas > 0 else 0
    change = allowed - replicasets.total_size(active)
    by_size = replicasets.largest_first(active, newer_first=change > 0)
    sizes, done = [], 0
    for one in by_size:
        part = _part(one, deployment, limits, change - done)
        sizes.append(replicasets.size(one) + part)
        done += part
    sizes[0] = max(0, sizes[0] + change - done)
    return list(zip(by_size, sizes, strict=True))


def _part(one: Object, deployment: Object, limits: Limits, left: int) -> int:
    """What of the change falls to one ReplicaSet, by the share that it had of the size before."""
    if left == 0:
        return 0
    size = replicasets.size(one)
    before = replicasets.max_replicas(one) or int(deployment["status"].get("replicas") or 0)
    if limits.replicas == 0:
        share = -size
    elif before == 0:
        share = 0
    else:
        share = _rounded(size * limits.most / before) - size
    return min(share, left) if left > 0 else max(share, left)


def _rounded(number: float) -> int:
    """Halves are rounded up, away from zero."""
    return math.floor(number + 0.5)
