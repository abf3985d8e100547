from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.meta import Object
from mockapi.machinery.podresources import LIMITS, REQUESTS, Amounts, charged_total, desired_total
from mockapi.machinery.quantity import ZERO, parse_quantity


def container(name: str, cpu: str, **fields: Any) -> Object:
    return {"name": name, "resources": {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}, **fields}


def pod(*containers: Object, status: Object | None = None, **spec: Any) -> Object:
    return {"spec": {"containers": list(containers), **spec}, "status": status or {}}


def texts(amounts: Amounts) -> dict[str, str]:
    return {name: str(value) for name, value in amounts.items()}


def test_containers_run_together_and_init_containers_one_by_one() -> None:
    sidecar = container("s", "100m", restartPolicy="Always")
    made = pod(container("a", "200m"), container("b", "300m"), initContainers=[container("i", "50m"), sidecar, container("j", "700m")])
    assert texts(desired_total(made, REQUESTS)) == {"cpu": "800m"}
    made["spec"]["initContainers"].pop()
    assert texts(desired_total(made, REQUESTS)) == {"cpu": "600m"}


def test_the_pod_may_say_it_as_a_whole() -> None:
    made = pod(container("a", "200m"), resources={"requests": {"cpu": "1", "hugepages-2Mi": "4Mi", "example.com/gpu": "1"}})
    assert texts(desired_total(made, REQUESTS)) == {"cpu": "1", "hugepages-2Mi": "4Mi"}


def test_overhead_counts_but_makes_no_limit() -> None:
    made = pod({"name": "a", "resources": {"requests": {"cpu": "1"}}}, overhead={"cpu": "250m"})
    assert texts(charged_total(made, REQUESTS)) == {"cpu": "1250m"}
    assert texts(charged_total(made, LIMITS)) == {}
    assert texts(desired_total(made, REQUESTS)) == {"cpu": "1"}


def test_what_a_resized_container_still_has_counts() -> None:
    state = {"name": "a", "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "3"}}, "allocatedResources": {"cpu": "4"}}
    made = pod(container("a", "1"), status={"containerStatuses": [state]})
    assert texts(charged_total(made, REQUESTS)) == {"cpu": "4"}
    assert texts(charged_total(made, LIMITS)) == {"cpu": "3"}
    assert texts(desired_total(made, REQUESTS)) == {"cpu": "1"}


CPUS = st.lists(st.tuples(st.integers(0, 5000), st.booleans()), max_size=4)


@given(CPUS.filter(bool), CPUS)
def test_a_pod_needs_no_less_than_any_moment_of_it(mains: list[tuple[int, bool]], inits: list[tuple[int, bool]]) -> None:
    containers = [container(f"c{number}", f"{cpu}m") for number, (cpu, _) in enumerate(mains)]
    starting = [container(f"i{n}", f"{cpu}m", **({"restartPolicy": "Always"} if side else {})) for n, (cpu, side) in enumerate(inits)]
    total = desired_total(pod(*containers, initContainers=starting), REQUESTS).get("cpu", ZERO)
    moments = [sum(cpu for cpu, _ in mains) + sum(cpu for cpu, side in inits if side)]
    moments += [cpu + sum(before for before, side in inits[:position] if side) for position, (cpu, _) in enumerate(inits)]
    assert total == parse_quantity(f"{max(moments)}m")
