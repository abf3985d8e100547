from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes, refusal

LEASES = "leases.coordination.k8s.io"


def lease(**spec: Any) -> Object:
    return {"metadata": {"name": "lock"}, "spec": spec}


def test_a_holder_renews_against_the_version_that_it_knows(api: Api) -> None:
    created = api.update(LEASES, lease(holderIdentity="me", renewTime="2026-01-01T00:00:00.000000Z"))
    assert created["spec"]["holderIdentity"] == "me"
    assert causes(api.update, LEASES, lease(holderIdentity="you")) == [
        "metadata.resourceVersion: Invalid value: 0: must be specified for an update"
    ]
    created["spec"]["leaseTransitions"] = 1
    api.update(LEASES, created)
    assert refusal(api.update, LEASES, {**created, "spec": {}}).code == 409


@pytest.mark.parametrize(
    ("spec", "sentences"),
    [
        ({"leaseDurationSeconds": 1, "leaseTransitions": 0}, []),
        ({"leaseDurationSeconds": 0, "leaseTransitions": -1}, [
            "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
            "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
        ]),
    ],
)  # fmt: skip
def test_numbers(api: Api, spec: Object, sentences: list[str]) -> None:
    if sentences:
        assert causes(api.create, LEASES, lease(**spec)) == sentences
    else:
        assert api.create(LEASES, lease(**spec))["spec"] == spec


def test_coordinated_election_is_off(api: Api) -> None:
    assert api.create(LEASES, lease(strategy="OldestEmulationVersion", preferredHolder="me"))["spec"] == {}
    assert api.patch(LEASES, "lock", {"spec": {"strategy": "Nonsense"}})["spec"] == {}


def test_finalizers_need_no_domain_here(api: Api) -> None:
    api.create(LEASES, {"metadata": {"name": "lock", "finalizers": ["plain"]}})
    assert len(causes(api.patch, LEASES, "lock", {"metadata": {"finalizers": ["a b"]}})) == 1


def test_columns(api: Api) -> None:
    api.create(LEASES, lease(holderIdentity="me"))
    assert api.row(LEASES, "lock") == {"Name": "lock", "Holder": "me", "Age": "0s"}
    api.patch(LEASES, "lock", {"spec": {"holderIdentity": None}})
    assert api.row(LEASES, "lock")["Holder"] == ""
