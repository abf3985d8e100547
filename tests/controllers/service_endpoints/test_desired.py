"""Slices as planned: families, ownership, and the packing's promises for any sequence of changes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.service_endpoints.desired import MANAGER, plan_slices
from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.machinery.meta import Object, Objects, name_of

NODE: Object = {"metadata": {"name": "node-1"}}


def service(**spec: object) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "ns", "uid": "s-1"},
        "spec": {"clusterIP": "10.96.0.1", "ipFamilies": ["IPv4"], "selector": {"app": "web"}, "ports": [{"port": 80}], **spec},
    }


def pod(number: int, *ips: str) -> Object:
    return {
        "metadata": {"name": f"p{number}", "namespace": "ns", "uid": f"u{number}"},
        "spec": {"nodeName": "node-1", "containers": []},
        "status": {"podIPs": [{"ip": ip} for ip in ips], "conditions": [{"type": "Ready", "status": "True"}]},
    }


def planned(pods: Objects, existing: Objects, **spec: object) -> Plan:
    plan, complaints = plan_slices(service(**spec), pods, existing, lambda _: NODE)
    assert complaints == []
    return plan


def carried_out(plan: Plan, existing: Objects) -> Objects:
    """The slices after the plan, new ones named by number."""
    after = {name_of(slice_): slice_ for slice_ in existing}
    for slice_ in plan.delete:
        del after[name_of(slice_)]
    for slice_ in plan.update:
        after[name_of(slice_)] = slice_
    numbers = (f"web-{number}" for number in range(1000) if f"web-{number}" not in after)
    for name, slice_ in zip(numbers, list(plan.create), strict=False):
        after[name] = {**slice_, "metadata": {**slice_["metadata"], "name": name}}
    return list(after.values())


def test_each_family_has_its_slices() -> None:
    plan = planned([pod(1, "10.244.1.1", "2001:db8::1")], [], ipFamilies=["IPv4", "IPv6"])
    assert {slice_["addressType"]: slice_["endpoints"][0]["addresses"] for slice_ in plan.create} == {
        "IPv4": ["10.244.1.1"],
        "IPv6": ["2001:db8::1"],
    }


def test_slices_of_a_family_that_went_are_deleted() -> None:
    both = carried_out(planned([pod(1, "10.244.1.1", "2001:db8::1")], [], ipFamilies=["IPv4", "IPv6"]), [])
    plan = planned([pod(1, "10.244.1.1", "2001:db8::1")], both)
    assert [slice_["addressType"] for slice_ in plan.delete] == ["IPv6"]
    assert (plan.create, plan.update) == ([], [])


def test_slices_of_an_earlier_service_of_the_name_are_replaced() -> None:
    (old,) = carried_out(planned([pod(1, "10.244.1.1")], []), [])
    old["metadata"]["ownerReferences"][0]["uid"] = "another"
    plan = planned([pod(1, "10.244.1.1")], [old])
    assert (len(plan.create), plan.update, plan.delete) == (1, [], [old])


def test_an_empty_slice_of_the_service_is_kept() -> None:
    existing = carried_out(planned([], []), [])
    plan = planned([], existing)
    assert (plan.create, plan.update, plan.delete) == ([], [], [])


def test_new_slices_say_who_manages_them() -> None:
    (slice_,) = planned([], []).create
    assert slice_["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"] == MANAGER


_SELECTIONS = st.lists(st.sets(st.integers(0, 320), max_size=320), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(_SELECTIONS)
def test_whatever_changes_every_pod_is_in_one_slice_and_no_slice_too_large(selections: list[set[int]]) -> None:
    existing: Objects = []
    for selection in selections:
        pods = [pod(number, f"10.244.{number // 200}.{number % 200 + 1}") for number in sorted(selection)]
        existing = carried_out(planned(pods, existing), existing)
        found = [endpoint["targetRef"]["name"] for slice_ in existing for endpoint in slice_["endpoints"]]
        assert sorted(found) == sorted(f"p{number}" for number in selection)
        assert all(len(slice_["endpoints"]) <= 100 for slice_ in existing)
        again = planned(pods, existing)
        assert (again.create, again.update, again.delete) == ([], [], [])


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 250), min_size=1, max_size=250), st.integers(300, 310))
def test_one_new_pod_costs_one_write(selection: set[int], new: int) -> None:
    pods = [pod(number, f"10.244.{number // 200}.{number % 200 + 1}") for number in sorted(selection)]
    existing = carried_out(planned(pods, []), [])
    plan = planned([*pods, pod(new, "10.244.9.9")], existing)
    assert len(plan.create) + len(plan.update) == 1
    assert plan.delete == []
