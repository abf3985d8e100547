"""A rolling update: one step from pods of earlier templates to pods of the present one (DaemonSet.spec.updateStrategy, KEP-1591)."""

from __future__ import annotations

from mockapi.controllers.daemonset.survey import Survey, Work
from mockapi.controllers.workload.shares import rounded_up
from mockapi.machinery.meta import Object, Objects

ROLLING = "RollingUpdate"


def allows_surge(daemonset: Object) -> bool:
    """Whether a node may have an old and a new pod at a time."""
    return _limit(daemonset, "maxSurge", 1) > 0


def step(survey: Survey) -> Work:
    """What the update does now; nothing with the strategy OnDelete."""
    if survey.daemonset["spec"]["updateStrategy"]["type"] != ROLLING:
        return Work()
    wanted = len(survey.wanted)
    surge = _limit(survey.daemonset, "maxSurge", wanted)
    return _surge(survey, surge) if surge else _replace(survey, max(1, _limit(survey.daemonset, "maxUnavailable", wanted)))


def _limit(daemonset: Object, field: str, total: int) -> int:
    strategy = daemonset["spec"]["updateStrategy"]
    rolling = strategy.get("rollingUpdate") or {}
    return rounded_up(rolling.get(field, 0), total) if strategy["type"] == ROLLING else 0


def _places(survey: Survey) -> list[str]:
    """The nodes that an update looks at: those with pods, and those that should have one."""
    return list(dict.fromkeys([*survey.wanted, *survey.pods]))


def _replace(survey: Survey, most: int) -> Work:
    """Deletes old pods so that no more than `most` nodes are without an available one; upkeep makes the new ones."""
    unavailable = 0
    broken: Objects = []
    candidates: Objects = []
    for node in _places(survey):
        pair = survey.pair(node)
        if pair is None or (pair.new is None) == (pair.old is None):
            unavailable += 1  # upkeep is not done with it
        elif pair.new is not None:
            unavailable += not survey.is_available(pair.new)
        elif pair.old is not None and survey.is_available(pair.old):
            candidates.append(pair.old)
        elif pair.old is not None:
            unavailable += 1
            broken.append(pair.old)
    return Work(pods=broken + candidates[: max(0, most - unavailable)])


def _surge(survey: Survey, most: int) -> Work:
    """Makes new pods beside old ones, on at most `most` nodes whose old pod serves. Upkeep deletes what has been replaced."""
    surging = available = 0
    work = Work()
    candidates: list[str] = []
    leaving: Objects = []
    for node in _places(survey):
        pair = survey.pair(node)
        if pair is None:
            surging += 1
            continue
        serving = pair.old or pair.new
        available += serving is not None and survey.is_available(serving)
        if pair.old is None:
            continue
        if pair.new is not None:
            surging += not survey.is_available(pair.new)
        elif not (node in survey.fits and survey.fits[node].runs):
            (leaving if survey.is_available(pair.old) else work.pods).append(pair.old)
        else:
            (candidates if survey.is_available(pair.old) else work.nodes).append(node)
    work.nodes += candidates[: max(0, most - surging)]
    # Where pods may only stay for the time being they go when the others suffice.
    work.pods += leaving[: max(0, available - len(survey.wanted))]
    return work
