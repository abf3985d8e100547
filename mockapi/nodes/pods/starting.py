"""Actions that bring containers to run."""

from __future__ import annotations

from mockapi.machinery.meta import Object
from mockapi.nodes.pods import images, problems, runs, timing
from mockapi.nodes.pods.conditions import summarised
from mockapi.nodes.pods.view import LISTS, ContainerView, PodView
from mockapi.nodes.staging.engine import Change, Event
from mockapi.reconcile.recorder import NORMAL, WARNING


def begin(pod: PodView, _arguments: Object) -> Change:
    """The kubelet takes the pod: every container waits, and the start time is set."""
    reason = "PodInitializing" if pod.spec.get("initContainers") else "ContainerCreating"
    status = {
        **{field: value for field, value in pod.status.items() if field not in LISTS.values()},
        **_host(pod.around.host_address or ""),
        "startTime": pod.around.timestamp,
    }
    for field in ("initContainers", "containers"):
        if pod.of(field):
            status[LISTS[field]] = [runs.waiting(each, reason) for each in pod.of(field)]
    return Change(summarised(pod.having(status)), _secret_events(pod))


def prepare_sandbox(pod: PodView, _arguments: Object) -> Change:
    """The pod has its network; the first images are pulled."""
    address = pod.around.host_address if pod.spec.get("hostNetwork") else pod.around.address()
    made = pod.having({**pod.status, "podIP": address, "podIPs": [{"ip": address}]})
    return Change(summarised(made), _pulling(made))


def appear(container: ContainerView, _arguments: Object) -> Change:
    """A container that was added for debugging is made (KEP-277)."""
    status = container.written(runs.waiting(container, "ContainerCreating"))
    return _changed(container, status, _pull_event(container))


def start(container: ContainerView, _arguments: Object) -> Change:
    """The container runs; whose turn it is then pulls its image."""
    events = [
        _pulled(container),
        _told(container, NORMAL, "Created", "Container created"),
        _told(container, NORMAL, "Started", "Container started"),
    ]
    again = container.waiting is None or (container.waiting.get("reason") not in timing.CREATING)
    first = _pull_event(container) if again else []
    return _changed(container, container.written(runs.running(container)), [*first, *events])


def image_fails(container: ContainerView, _arguments: Object) -> Change:
    """The image cannot be had: the reason and message say why."""
    problem = problems.image_problem(container)
    assert problem is not None  # the stage asks for it
    image = container.spec["image"]
    again = container.waiting is not None and container.waiting.get("reason") not in timing.CREATING
    events = _pull_event(container) if again else []
    if problem.reason == problems.NEVER_PULL:
        events = [_told(container, WARNING, problems.NEVER_PULL, problem.message)]
    elif problem.reason == problems.INVALID_NAME:
        events = [_told(container, WARNING, "InspectFailed", problem.message)]
    else:
        events.append(_told(container, WARNING, "Failed", f'Failed to pull image "{image}": {problem.message}'))
    events.append(_told(container, WARNING, "Failed", f"Error: {problem.reason}"))
    return _changed(container, container.written(runs.waiting(container, *problem)), events)


def back_off_image(container: ContainerView, _arguments: Object) -> Change:
    """The next try to pull the image has to wait."""
    image, why = container.spec["image"], (container.waiting or {}).get("message", "")
    message = f'Back-off pulling image "{image}"'
    events = [_told(container, NORMAL, "BackOff", message), _told(container, WARNING, "Failed", f"Error: {problems.PULL_BACKOFF}")]
    status = runs.waiting(container, problems.PULL_BACKOFF, f"{message}: {problems.ERR_IMAGE_PULL}: {why}")
    return _changed(container, container.written(status), events)


def creation_fails(container: ContainerView, _arguments: Object) -> Change:
    """The container cannot be made: something that its environment refers to is missing."""
    problem = problems.config_problem(container)
    assert problem is not None  # the stage asks for it
    events = [_pulled(container), _told(container, WARNING, "Failed", f"Error: {problem.message}")]
    return _changed(container, container.written(runs.waiting(container, *problem)), events)


def _changed(container: ContainerView, status: Object, events: list[Event]) -> Change:
    """A container's change, and what follows for the pod; events of the next container's pull included."""
    before = {each.id for each in container.pod.containers if timing.has_turn(each)}
    pod = container.pod.having(status)
    next_pulls = [event for each in pod.containers if each.id not in before and _waits(each) for event in _pull_event(each)]
    return Change(summarised(pod), [*events, *next_pulls])


def _pulling(pod: PodView) -> list[Event]:
    return [event for each in pod.containers if _waits(each) for event in _pull_event(each)]


def _waits(container: ContainerView) -> bool:
    return bool(container.waiting) and (container.waiting or {}).get("reason") in timing.CREATING and timing.has_turn(container)


def _pull_event(container: ContainerView) -> list[Event]:
    if not timing.must_pull(container):
        return []
    return [_told(container, NORMAL, "Pulling", f'Pulling image "{container.spec["image"]}"')]


def _pulled(container: ContainerView) -> Event:
    image = container.spec["image"]
    if not timing.must_pull(container):
        return _told(container, NORMAL, "Pulled", f'Container image "{image}" already present on machine and can be accessed by the pod')
    took = f"{_go_seconds(timing.pull_time(container))}"
    sentence = f'Successfully pulled image "{image}" in {took} ({took} including waiting). Image size: {images.size(image)} bytes.'
    return _told(container, NORMAL, "Pulled", sentence)


def _go_seconds(seconds: float) -> str:
    """A short duration as Go writes it: milliseconds below a second."""
    return f"{round(seconds * 1000)}ms" if seconds < 1 else f"{round(seconds, 3):g}s"


def _told(container: ContainerView, type: str, reason: str, message: str) -> Event:
    return container.event(type, reason, message)


def _host(address: str) -> Object:
    return {"hostIP": address, "hostIPs": [{"ip": address}]} if address else {}


def _secret_events(pod: PodView) -> list[Event]:
    names = [each.get("name", "") for each in pod.spec.get("imagePullSecrets") or ()]
    missing = [name for name in names if name and pod.around.find("secrets", name) is None]
    if not missing:
        return []
    sentence = f"Unable to retrieve some image pull secrets ({', '.join(missing)}); attempting to pull the image may not succeed."
    return [pod.event(WARNING, "FailedToRetrieveImagePullSecret", sentence)]
