"""simulation.mockapi.dev/v1alpha1 Stage: what happens to pods or containers in some state, beside what is built in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.simulation.declaring import SimulationStrategy, simulation_kind
from mockapi.kinds.simulation.schemas import anything, choice, duration, several, struct, switch, text
from mockapi.machinery.fielderrors import SPEC, FieldError, Path, forbidden, invalid, required
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column
from mockapi.registry.printing import or_none
from mockapi.registry.request import Request
from mockapi.registry.schema.decode import DecodeError, Decoder
from mockapi.registry.schema.definitions import Definitions

POD, CONTAINER = "Pod", "Container"
# What simulated kubelets can tell of a pod or container beside its fields; docs/simulation.md explains each.
FACTS = {
    POD: (
        *("terminating", "stopping", "asked-to-stop", "will-start", "mount-problem", "failure", "gates-differ", "unobserved"),
        *("resized", "running-containers", "slow-stop"),
    ),
    CONTAINER: (
        *("role", "name", "turn", "turn-since", "pull-time", "start-time", "pull-retry", "image-problem", "config-problem"),
        *("new-config-problem", "lifetime", "started-since", "finished-since", "probing-since", "started-after", "ready-after"),
        *("unready", "stop-time", "useless", "restarts", "backoff", "asked-to-stop", "probes"),
    ),
}
_FIELDS = {POD: ("metadata", "spec", "status"), CONTAINER: ("spec", "status")}
_OF_POD = "pod"
_STATUSES = {POD: "io.k8s.api.core.v1.PodStatus", CONTAINER: "io.k8s.api.core.v1.ContainerStatus"}
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_CHANGES = ("status", "fail", "delete")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_HEAD = re.compile(r"\.?([^.\[]+)")


class _Strategy(SimulationStrategy):
    """A stage must make sense: it asks for what there is, and does something that comes to an end."""

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        spec = obj["spec"]
        definitions = Definitions.for_minor(request.cluster.minor)
        return [*_requirement_errors(spec), *_time_errors(spec), *_effect_errors(spec), *_status_errors(spec, definitions)]


def _requirement_errors(spec: Object) -> Iterator[FieldError]:
    for position, requirement in enumerate(spec["when"]):
        path = SPEC.child("when").item(position)
        yield from _key_errors(spec["of"], requirement["key"], path.child("key"))
        takes_values = requirement["operator"] in ("In", "NotIn")
        if takes_values and not requirement.get("values"):
            yield required(path.child("values"), "must be given for the operators In and NotIn")
        if not takes_values and requirement.get("values"):
            yield forbidden(path.child("values"), "may only be given for the operators In and NotIn")


def _key_errors(of: str, key: str, path: Path) -> Iterator[FieldError]:
    """A key begins with a field or a fact of its subject; a container's may begin with those of its pod."""
    head = _HEAD.match(key)
    if of == CONTAINER and head and head[1] == _OF_POD and key[head.end() :]:
        yield from _key_errors(POD, key[head.end() :], path)
    elif head is None or head[1] not in (*_FIELDS[of], *FACTS[of]):
        known = ", ".join((*_FIELDS[of], *((_OF_POD,) if of == CONTAINER else ()), *FACTS[of]))
        yield invalid(path, key, f"must begin with one of {known}")


def _time_errors(spec: Object) -> Iterator[FieldError]:
    if "since" in spec:
        yield from _key_errors(spec["of"], spec["since"], SPEC.child("since"))
    if "jitter" in spec and "delay" not in spec:
        yield forbidden(SPEC.child("jitter"), "may only be given with a delay")
    if spec.get("once") and "every" in spec:
        yield forbidden(SPEC.child("every"), "may not be given with once")


def _effect_errors(spec: Object) -> Iterator[FieldError]:
    changes = [name for name in _CHANGES if spec.get(name)]
    repeats = "every" in spec or spec.get("once")
    if len(changes) > 1:
        yield forbidden(SPEC, f"at most one of {', '.join(_CHANGES)} may be given")
    if not changes and not spec.get("events"):
        yield required(SPEC, f"one of {', '.join(_CHANGES)} and events must be given")
    if not changes and spec.get("events") and not repeats:
        yield required(SPEC.child("once"), "once or every must be given for a stage that changes nothing")
    if changes and repeats:
        yield forbidden(SPEC.child("every" if "every" in spec else "once"), "may only be given for a stage that changes nothing")
    if spec["of"] == CONTAINER:
        yield from (forbidden(SPEC.child(name), "is for pods, not for containers") for name in ("fail", "delete") if spec.get(name))
    for position, event in enumerate(spec.get("events") or ()):
        path = SPEC.child("events").item(position).child("message")
        for placeholder in _PLACEHOLDER.findall(event["message"]):
            yield from _key_errors(spec["of"], placeholder, path)


def _status_errors(spec: Object, definitions: Definitions) -> Iterator[FieldError]:
    """A patch may only set what there is in a status."""
    path, status = SPEC.child("status"), spec.get("status") or {}
    try:
        unknown = Decoder(definitions, _STATUSES[spec["of"]]).decode(status).unknown
    except DecodeError as failure:
        unknown = [str(failure)]
    yield from (invalid(path, status, problem) for problem in unknown)


def _of(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["of"])


def _delay(obj: Object, _now: datetime) -> str:
    return or_none(obj["spec"].get("delay"))


def _effect(obj: Object, _now: datetime) -> str:
    return next((name for name in _CHANGES if obj["spec"].get(name)), "events")


KIND = simulation_kind(
    "Stage",
    "stages",
    description="What happens to pods or containers in some state: their status changes, the pod fails or goes, or Events are told.",
    spec=struct(
        "What is wanted.",
        {
            "of": choice("Whether it is about pods as a whole or about each container on its own.", POD, CONTAINER, default=POD),
            "when": several(
                "What must hold, all of it.",
                struct(
                    "A condition on a value.",
                    {
                        "key": text(
                            "Where the value is: a path such as status.phase or metadata.labels[app], of a list the item of that name or "
                            "type; or a fact that kubelets know. A container's may begin with pod.",
                            minLength=1,
                        ),
                        "operator": choice("How it is compared.", *_OPERATORS),
                        "values": several("With what it is compared, as text.", text("A value.")),
                    },
                    required=("key", "operator"),
                ),
                minItems=1,
            ),
            "delay": duration("How long after since it happens."),
            "jitter": duration("By how much the delay may be longer; by how much it is belongs to the pod, and is always the same."),
            "since": text("A timestamp of the object from which the delay counts; if absent, since the conditions hold.", minLength=1),
            "every": duration("For a stage that changes nothing: after how long it happens again."),
            "once": switch("For a stage that changes nothing: that it happens a single time."),
            "yields": switch("That it does not happen where somebody wrote the status by hand after it was due."),
            "status": anything("A merge patch of the status. A stage whose patch changes nothing does not happen."),
            "fail": struct(
                "The kubelet ends the pod: its containers are killed, and its phase is Failed.",
                {
                    "reason": text("The pod's status.reason.", minLength=1),
                    "message": text("The pod's status.message."),
                },
                required=("reason",),
            ),
            "delete": switch("The pod is deleted at once."),
            "events": several(
                "Events about the pod, or about the container.",
                struct(
                    "An Event.",
                    {
                        "type": choice("What kind of news it is.", "Normal", "Warning", default="Normal"),
                        "reason": text("A word for it.", minLength=1),
                        "message": text("A sentence; a key in braces is replaced by its value.", minLength=1),
                    },
                    required=("reason", "message"),
                ),
            ),
        },
        required=("when",),
    ),
    columns=(
        Column("Of", _of, description="What it is about."),
        Column("Delay", _delay, description="How long after its conditions hold it happens."),
        Column("Effect", _effect, description="What it changes."),
    ),
    strategy=_Strategy,
)
