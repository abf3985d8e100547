import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes, refusal

UNQUALIFIED = "name is neither a standard finalizer name nor is it fully qualified"


def space(name: str = "lab", **fields: object) -> Object:
    return {"metadata": {"name": name}, **fields}


def test_a_new_namespace_is_active_labelled_and_held(api: Api) -> None:
    created = api.create("namespaces", space(spec={"finalizers": ["example.com/mine"]}, status={"phase": "Terminating"}))
    assert created["status"] == {"phase": "Active"}
    assert created["spec"]["finalizers"] == ["example.com/mine", "kubernetes"]
    assert created["metadata"]["labels"] == {"kubernetes.io/metadata.name": "lab"}
    generated = api.create("namespaces", {"metadata": {"generateName": "lab-"}})["metadata"]
    assert generated["labels"] == {"kubernetes.io/metadata.name": generated["name"]}


def test_names_are_labels_and_finalizers_qualified(api: Api) -> None:
    assert causes(api.create, "namespaces", space("a.b")) == ['metadata.name: Invalid value: "a.b": must not contain dots']
    found = causes(api.create, "namespaces", space(spec={"finalizers": ["mine", "a b"]}))
    assert found[0] == f'spec.finalizers: Invalid value: "mine": {UNQUALIFIED}'
    assert found[-1] == f'spec.finalizers: Invalid value: "a b": {UNQUALIFIED}'


def test_the_label_comes_back_and_the_spec_stays(api: Api) -> None:
    api.create("namespaces", space())
    changed = api.patch("namespaces", "lab", {"metadata": {"labels": None}, "spec": {"finalizers": []}, "status": {"phase": "x"}})
    assert changed["metadata"]["labels"] == {"kubernetes.io/metadata.name": "lab"}
    assert (changed["spec"], changed["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})


def test_deletion_waits_for_finalizers_in_the_spec(api: Api) -> None:
    api.create("namespaces", space(spec={"finalizers": ["example.com/mine"]}))
    for _ in range(2):
        gone = api.delete("namespaces", "lab")
        assert (gone.finished, gone.object["status"]["phase"]) == (False, "Terminating")
        assert "deletionGracePeriodSeconds" not in gone.object["metadata"]
    left = finalize(api, space(spec={"finalizers": ["example.com/mine"]}))
    assert left["spec"] == {"finalizers": ["example.com/mine"]}
    assert finalize(api, space())["spec"] == {}
    assert refusal(api.get, "namespaces", "lab").code == 404


def finalize(api: Api, obj: Object) -> Object:
    return api.act("namespaces", "lab", "finalize", "update", obj)


def test_finalizing(api: Api) -> None:
    created = api.create("namespaces", space())
    assert refusal(finalize, api, space("other")).message == "the name of the object (other) does not match the name on the URL (lab)"
    assert causes(finalize, api, space(spec={"finalizers": ["kubernetes", "mine"]})) == [
        f'spec.finalizers[1]: Invalid value: "mine": {UNQUALIFIED}'
    ]
    api.patch("namespaces", "lab", {"metadata": {"labels": {"a": "b"}}})
    stale = space()
    stale["metadata"]["resourceVersion"] = created["metadata"]["resourceVersion"]
    assert refusal(finalize, api, stale).code == 409
    done = finalize(api, {**space(), "status": {"phase": "Terminating"}})
    assert (done["spec"], done["status"]["phase"], done["metadata"]["labels"]) == ({}, "Active", {"kubernetes.io/metadata.name": "lab"})


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_some_namespaces_stay(api: Api, name: str) -> None:
    if name != "default":
        api.create("namespaces", space(name))
    failure = refusal(api.delete, "namespaces", name)
    assert (failure.code, failure.message) == (403, f'namespaces "{name}" is forbidden: this namespace may not be deleted')


def test_the_phase_goes_with_the_deletion(api: Api) -> None:
    api.create("namespaces", space())
    assert causes(api.patch, "namespaces", "lab", {"status": {"phase": "Terminating"}}, "status") == [
        "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"
    ]
    api.delete("namespaces", "lab")
    assert causes(api.patch, "namespaces", "lab", {"status": {"phase": "Active"}}, "status") == [
        "status.Phase: Invalid value: \"Active\": may only be 'Terminating' if `deletionTimestamp` is not empty"
    ]


def test_selection_and_columns(api: Api) -> None:
    api.create("namespaces", space())
    api.delete("namespaces", "lab")
    assert api.selected("namespaces", "status.phase=Terminating") == ["lab"]
    assert api.selected("namespaces", "metadata.name=default") == ["default"]
    assert api.row("namespaces", "lab") == {"Name": "lab", "Status": "Terminating", "Age": "0s"}
