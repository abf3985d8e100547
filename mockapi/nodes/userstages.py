"""Stages that users add as objects, before those that are built in."""

from __future__ import annotations

from mockapi.machinery.durations import seconds
from mockapi.machinery.meta import Object, name_of
from mockapi.nodes.staging.reading import Stages, built_in, built_in_by_kind, by_kind, parse_stage
from mockapi.nodes.staging.stage import Stage
from mockapi.reconcile.informer import Informers
from mockapi.registry.simulated import STAGES

# What the API and the YAML of the package have in common.
_SAME = ("of", "when", "since", "once", "yields", "status", "events")
_ALIVE = {"key": "status.phase", "operator": "NotIn", "values": ["Succeeded", "Failed"]}


class UserStages:
    """All stages as they are now; safe for threads."""

    def __init__(self, informers: Informers) -> None:
        self._stages = informers.of(STAGES)
        self._made: tuple[list[Object], Stages] = ([], built_in_by_kind())

    def by_kind(self) -> Stages:
        """The stages of each kind of subject; at the same moment those of users go first, by name."""
        objects = self._stages.list()
        if not objects and not self._made[0]:
            return self._made[1]
        known, made = self._made
        if [_version(each) for each in known] != [_version(each) for each in objects]:
            users = map(stage_of, sorted(objects, key=name_of))
            made = by_kind((*users, *built_in()))
            self._made = (objects, made)
        return made


def stage_of(obj: Object) -> Stage:
    """The stage that an object Stage describes."""
    spec = obj["spec"]
    document: Object = {name: spec[name] for name in _SAME if name in spec}
    document["name"] = f"user/{name_of(obj)}"
    document |= {name: seconds(spec[name]) for name in ("delay", "every") if name in spec}
    document |= {"jitter": seconds(spec["jitter"])} if "jitter" in spec else {}
    if spec.get("fail"):
        arguments = {"message": "", **spec["fail"]}
        document |= {"action": "fail", "arguments": arguments, "when": [*spec["when"], _ALIVE]}
    return parse_stage({**document, "deletes": spec.get("delete", False)})


def _version(obj: Object) -> tuple[str, str]:
    return name_of(obj), obj["metadata"]["resourceVersion"]
