"""A pod of a Job, as its template and its index describe it (KEP-2214 indexed Jobs, KEP-4017 the index as a label)."""

from __future__ import annotations

from mockapi.controllers.job import facts
from mockapi.controllers.job.failure_policy import judge
from mockapi.controllers.job.look import FAILURE_COUNT, IGNORED_COUNT, Look, count_of
from mockapi.controllers.workload.podcontrol import pod_from_template
from mockapi.machinery.meta import Object, Objects, name_of

_VARIABLE = "JOB_COMPLETION_INDEX"
# The longest prefix that leaves room for a generated end.
_LONGEST_PREFIX = 58


def new_pod(look: Look, index: int | None) -> Object:
    """The pod for a completion index, or for None a pod without one."""
    pod = pod_from_template(look.spec["template"], look.job)
    held = pod["metadata"].get("finalizers") or []
    if facts.TRACKING not in held:
        held = [*held, facts.TRACKING]
    meta, spec = {**pod["metadata"], "finalizers": held}, pod["spec"]
    if index is not None:
        meta |= {
            "generateName": _prefix(name_of(look.job), index),
            "annotations": {**(meta.get("annotations") or {}), facts.COMPLETION_INDEX: str(index), **_failure_counts(look, index)},
            "labels": {**(meta.get("labels") or {}), facts.COMPLETION_INDEX: str(index)},
        }
        spec = {**spec, **_with_variable(spec), "hostname": f"{name_of(look.job)}-{index}"}
    return {**pod, "metadata": meta, "spec": spec}


def _prefix(job: str, index: int) -> str:
    end = f"-{index}-"
    return job[: _LONGEST_PREFIX - len(end)] + end


def _with_variable(spec: Object) -> Object:
    """All containers know the index."""
    fields = ("initContainers", "containers")
    return {field: [_knowing(container) for container in spec[field]] for field in fields if spec.get(field)}


def _knowing(container: Object) -> Object:
    given: Objects = container.get("env") or []
    if any(variable["name"] == _VARIABLE for variable in given):
        return container
    source = {"fieldRef": {"fieldPath": f"metadata.labels['{facts.COMPLETION_INDEX}']"}}
    return {**container, "env": [*given, {"name": _VARIABLE, "valueFrom": source}]}


def _failure_counts(look: Look, index: int) -> dict[str, str]:
    """How often the index has failed, where that is limited: the pod that it failed with last knows how often before."""
    if look.per_index is None:
        return {}
    held = look.held.get(index)
    counted, ignored = (count_of(held, FAILURE_COUNT), count_of(held, IGNORED_COUNT)) if held else (0, 0)
    if held:
        counts = judge(look.job, held).counts
        counted, ignored = counted + counts, ignored + (not counts)
    return {FAILURE_COUNT: str(counted), **({IGNORED_COUNT: str(ignored)} if ignored else {})}
