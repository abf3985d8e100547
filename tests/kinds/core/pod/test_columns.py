from datetime import UTC, datetime
from typing import Any

import pytest

from mockapi.kinds.core.pod.columns import COLUMNS

NOW = datetime(2030, 1, 1, 12, 0, 0, tzinfo=UTC)
RUNNING = {"running": {"startedAt": "2030-01-01T11:00:00Z"}}
READY = [{"type": "Ready", "status": "True"}]
INITIALIZED = [{"type": "Initialized", "status": "True"}]


def status_of(name: str = "c", state: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"name": name, "state": state or {}, "restartCount": 0, "ready": False, **fields}


def pod(*containers: str, init: tuple[str, ...] = (), sidecars: tuple[str, ...] = (), **status: Any) -> dict[str, Any]:
    initial = [{"name": name} for name in init] + [{"name": name, "restartPolicy": "Always"} for name in sidecars]
    return {
        "metadata": {"name": "p", "creationTimestamp": "2030-01-01T11:59:30Z"},
        "spec": {"containers": [{"name": name} for name in containers or ("c",)], "initContainers": initial},
        "status": {"phase": "Pending", **status},
    }


def row(obj: dict[str, Any]) -> dict[str, Any]:
    return {column.name: column.cell(obj, NOW) for column in COLUMNS}


def shown(obj: dict[str, Any]) -> tuple[str, str, str]:
    cells = row(obj)
    return cells["Ready"], cells["Status"], cells["Restarts"]


def test_a_new_pod() -> None:
    assert row(pod()) == {
        "Name": "p",
        "Ready": "0/1",
        "Status": "Pending",
        "Restarts": "0",
        "Age": "30s",
        "IP": "<none>",
        "Node": "<none>",
        "Nominated Node": "<none>",
        "Readiness Gates": "<none>",
    }


def test_a_running_pod() -> None:
    obj = pod(phase="Running", conditions=READY, podIPs=[{"ip": "10.244.0.7"}], containerStatuses=[status_of(state=RUNNING, ready=True)])
    obj["spec"] |= {"nodeName": "node-1", "readinessGates": [{"conditionType": "Ready"}, {"conditionType": "example.com/up"}]}
    cells = row(obj)
    assert (cells["Ready"], cells["Status"], cells["IP"], cells["Node"]) == ("1/1", "Running", "10.244.0.7", "node-1")
    assert cells["Readiness Gates"] == "1/2"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"waiting": {"reason": "ContainerCreating"}}, "ContainerCreating"),
        ({"waiting": {"reason": "ImagePullBackOff"}}, "ImagePullBackOff"),
        ({"terminated": {"exitCode": 0, "reason": "Completed"}}, "Completed"),
        ({"terminated": {"exitCode": 1}}, "ExitCode:1"),
        ({"terminated": {"exitCode": 137, "signal": 9}}, "Signal:9"),
    ],
)
def test_the_state_of_a_container_is_the_pods(state: dict[str, Any], expected: Any) -> None:
    assert shown(pod(containerStatuses=[status_of(state=state)])) == ("0/1", expected, "0")


def test_the_first_container_has_the_word() -> None:
    states = [status_of("a", {"waiting": {"reason": "First"}}), status_of("b", {"waiting": {"reason": "Second"}})]
    assert shown(pod("a", "b", containerStatuses=states))[1] == "First"


@pytest.mark.parametrize(("conditions", "expected"), [(READY, "Running"), ([], "NotReady")])
def test_a_pod_of_which_a_part_has_completed(conditions: list[dict[str, str]], expected: Any) -> None:
    states = [status_of("a", {"terminated": {"exitCode": 0, "reason": "Completed"}}), status_of("b", RUNNING, ready=True)]
    assert shown(pod("a", "b", phase="Running", conditions=conditions, containerStatuses=states)) == ("1/2", expected, "0")


def test_restarts_say_when_the_last_one_was() -> None:
    last = {"terminated": {"exitCode": 1, "finishedAt": "2030-01-01T11:55:00Z"}}
    state = status_of(state={"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=2, lastState=last)
    assert shown(pod(containerStatuses=[state])) == ("0/1", "CrashLoopBackOff", "2 (5m ago)")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, "Init:1/2"),
        ({"waiting": {"reason": "PodInitializing"}}, "Init:1/2"),
        ({"waiting": {"reason": "ErrImagePull"}}, "Init:ErrImagePull"),
        ({"terminated": {"exitCode": 1, "reason": "Error"}}, "Init:Error"),
        ({"terminated": {"exitCode": 3}}, "Init:ExitCode:3"),
    ],
)
def test_initialization(state: dict[str, Any], expected: Any) -> None:
    done = status_of("i", {"terminated": {"exitCode": 0}}, restartCount=1)
    assert shown(pod(init=("i", "j"), initContainerStatuses=[done, status_of("j", state)])) == ("0/1", expected, "1")


def test_a_sidecar_counts_among_the_containers() -> None:
    sidecar = status_of("s", RUNNING, started=True, ready=True, restartCount=3)
    regular = status_of(state=RUNNING, ready=True)
    obj = pod(sidecars=("s",), phase="Running", conditions=INITIALIZED, initContainerStatuses=[sidecar], containerStatuses=[regular])
    assert shown(obj) == ("2/2", "Running", "3")


def test_restarts_of_init_containers_are_forgotten_once_they_are_through() -> None:
    done = status_of("i", {"terminated": {"exitCode": 0}}, restartCount=4)
    obj = pod(init=("i",), phase="Running", initContainerStatuses=[done], containerStatuses=[status_of(state=RUNNING, ready=True)])
    assert shown(obj) == ("1/1", "Running", "0")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"phase": "Running"}, "Terminating"),
        ({"phase": "Succeeded"}, "Succeeded"),
        ({"phase": "Running", "reason": "NodeLost"}, "Unknown"),
    ],
)
def test_a_pod_being_deleted(status: dict[str, Any], expected: Any) -> None:
    obj = pod(**status)
    obj["metadata"]["deletionTimestamp"] = "2030-01-01T12:00:00Z"
    assert shown(obj)[1] == expected


def test_a_gated_pod() -> None:
    assert shown(pod(conditions=[{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]))[1] == "SchedulingGated"


def test_an_evicted_pod() -> None:
    assert shown(pod(phase="Failed", reason="Evicted"))[1] == "Evicted"
