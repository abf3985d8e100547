"""A DaemonSet's status (apps/v1 DaemonSetStatus)."""

from __future__ import annotations

from mockapi.controllers.daemonset.survey import Survey
from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import Object


def calculate(survey: Survey, collisions: int) -> Object:
    """The status that counts nodes, each by its oldest pod; conditions stay. Counts that may be absent are left out at zero."""
    wanted = survey.wanted
    first = [survey.pods[node][0] for node in wanted if node in survey.pods]
    ready = [pod for pod in first if podfacts.is_ready(pod)]
    available = sum(map(survey.is_available, ready))
    counts = {
        "updatedNumberScheduled": sum(map(survey.is_new, first)),
        "numberAvailable": available,
        "numberUnavailable": len(wanted) - available,
        "collisionCount": collisions,
    }
    present = survey.daemonset["status"]
    return {
        **{name: value for name, value in present.items() if name == "conditions"},
        "currentNumberScheduled": len(first),
        "numberMisscheduled": sum(not fit.runs and node in survey.pods for node, fit in survey.fits.items()),
        "desiredNumberScheduled": len(wanted),
        "numberReady": len(ready),
        "observedGeneration": survey.daemonset["metadata"]["generation"],
        **{name: count for name, count in counts.items() if count},
    }
