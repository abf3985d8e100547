"""managedFields and applies through the real pipeline, as recorded of a real cluster."""

from __future__ import annotations

import json

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object
from mockapi.registry.body import MERGE_PATCH, Patch
from mockapi.registry.client import Client
from mockapi.registry.options import WriteOptions
from tests.registry.apply.api import Api, entries, owned

APPLY, UPDATE = "Apply", "Update"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
CONDITION = {"type": "Ready", "status": "True", "reason": "Up", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}


def config(name: str, **data: str) -> Object:
    return {"metadata": {"name": name}, "data": data}


def service(name: str, **spec: object) -> Object:
    return {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}], **spec}}


def deployment(name: str, **spec: object) -> Object:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    return {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": name}}, "template": template, **spec}}


def refused(call, *args, **options) -> StatusError:
    with pytest.raises(StatusError) as caught:
        call(*args, **options)
    return caught.value


def test_who_creates_owns_what_was_sent_and_its_defaults_but_nothing_of_the_servers(api: Api):
    obj = api.create("services", service("created", type="NodePort"))
    (entry,) = obj["metadata"]["managedFields"]
    assert {key: entry[key] for key in entry.keys() - {"fieldsV1", "time"}} == {
        "manager": "maker", "operation": UPDATE, "apiVersion": "v1", "fieldsType": "FieldsV1",
    }  # fmt: skip
    port = {".": {}, "f:port": {}, "f:protocol": {}, "f:targetPort": {}}
    assert entry["fieldsV1"] == {
        "f:spec": {
            "f:externalTrafficPolicy": {}, "f:internalTrafficPolicy": {}, "f:sessionAffinity": {}, "f:type": {},
            "f:ports": {".": {}, 'k:{"port":80,"protocol":"TCP"}': port},
        }
    }  # fmt: skip
    assert obj["spec"]["clusterIP"]


def test_nothing_sent_is_nothing_owned_and_not_tracked_until_the_first_apply(api: Api):
    assert "managedFields" not in api.create("configmaps", {"metadata": {"name": "empty"}})["metadata"]
    assert "managedFields" not in api.patch("configmaps", "empty", {"data": {"a": "1"}}, "editor")["metadata"]
    conflict = refused(api.apply, "configmaps", config("empty", a="2"), "me")
    assert conflict.message == 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a'
    assert owned(api.apply("configmaps", config("empty", a="1"), "me")) == {
        ("me", APPLY): {"f:data": {"f:a": {}}},
        ("before-first-apply", UPDATE): {"f:data": {".": {}, "f:a": {}}},
    }


def test_components_write_under_their_names(api: Api):
    scheduler = Client(api.resources).acting_as("kube-scheduler")
    scheduler.create("configmaps", {"metadata": {"name": "component", "namespace": "default"}, "data": {"a": "b"}})
    obj = scheduler.patch("configmaps", "default", "component", {"data": {"c": "d"}})
    assert owned(obj) == {("kube-scheduler", UPDATE): {"f:data": {".": {}, "f:a": {}, "f:c": {}}}}


def test_an_unnamed_manager_is_unknown(api: Api):
    assert list(entries(api.create("configmaps", config("unnamed", a="b"), ""))) == [("unknown", UPDATE)]


def test_times_are_those_of_the_last_change(api: Api):
    first = entries(api.apply("configmaps", config("timed", a="1"), "me"))["me", APPLY]["time"]
    api.clock.advance(2)
    shared = entries(api.apply("configmaps", config("timed", a="1"), "other"))
    assert shared["me", APPLY]["time"] == first
    assert "time" not in shared["other", APPLY]
    changed = entries(api.apply("configmaps", config("timed", a="2"), "me", force=True))
    assert list(changed) == [("me", APPLY)]
    assert changed["me", APPLY]["time"] > first


def test_an_apply_without_effect_keeps_the_revision(api: Api):
    wanted = service("same", clusterIP="None")
    before = api.apply("services", wanted, "me")
    assert api.created
    api.clock.advance(2)
    assert api.apply("services", wanted, "me") == before
    assert not api.created


def test_an_apply_that_the_server_normalises_keeps_the_revision(api: Api):
    secret = {"metadata": {"name": "normal"}, "stringData": {"a": "b"}}
    before = api.apply("secrets", secret, "me")
    api.clock.advance(2)
    assert api.apply("secrets", secret, "me") == before
    assert owned(before) == {("me", APPLY): {"f:stringData": {"f:a": {}}}}


def test_what_is_dropped_goes_with_what_is_in_it_but_not_what_others_own(api: Api):
    api.apply("deployments.apps", deployment("dropped", paused=True, replicas=0), "me")
    side = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "busybox"}]}}}}
    api.apply("deployments.apps", {"metadata": {"name": "dropped"}, **side}, "injector")
    obj = api.apply("deployments.apps", deployment("dropped", paused=True), "me")
    assert [container["name"] for container in obj["spec"]["template"]["spec"]["containers"]] == ["c", "side"]
    assert obj["spec"]["replicas"] == 1
    obj = api.apply("deployments.apps", {"metadata": {"name": "dropped"}}, "injector")
    assert [container["name"] for container in obj["spec"]["template"]["spec"]["containers"]] == ["c"]
    assert list(entries(obj)) == [("me", APPLY)]


def test_conflicts_of_several_managers_are_told_by_manager(api: Api):
    api.apply("configmaps", config("disputed", a="1", b="1"), "alice")
    api.patch("configmaps", "disputed", {"data": {"c": "1"}}, "bob")
    conflict = refused(api.apply, "configmaps", config("disputed", a="2", b="2", c="2"), "carol")
    assert conflict.code == 409
    assert conflict.message == (
        'Apply failed with 3 conflicts: conflicts with "alice":\n- .data.a\n- .data.b\nconflicts with "bob" using v1:\n- .data.c'
    )
    assert [cause["field"] for cause in conflict.details["causes"]] == [".data.a", ".data.b", ".data.c"]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"apiVersion": "apps/v1", "kind": "ConfigMap"}, 400, "invalid object type: apps/v1, Kind=ConfigMap"),
        ({"apiVersion": "a/b/c"}, 400, "invalid object type: /, Kind="),
        ({"metadata": {"name": "refused", "managedFields": []}}, 400, "metadata.managedFields must be nil"),
        ({"metadata": {"name": "refused", "namespace": "other"}}, 400,
         "the namespace of the provided object does not match the namespace sent on the request"),
        ({"metadata": {"name": "refused", "uid": "u"}}, 409,
         'Operation cannot be fulfilled on configmaps "refused": '
         "uid mismatch: the provided object specified uid u, and no existing object was found"),
        ({"date": 1, "immutable": "x"}, 500,
         "failed to create typed patch object (/refused; /v1, Kind=ConfigMap): .date: field not declared in schema"),
        ({"data": {"a": 1, "b": 2}}, 500,
         "failed to create typed patch object (/refused; /v1, Kind=ConfigMap): errors:\n"
         "  .data.a: expected string, got &value.valueUnstructured{Value:1}\n"
         "  .data.b: expected string, got &value.valueUnstructured{Value:2}"),
    ],
)  # fmt: skip
def test_what_cannot_be_applied(api: Api, change, code, message):
    failure = refused(api.apply, "configmaps", {**config("refused"), **change}, "me")
    assert (failure.code, failure.message) == (code, message)


def test_the_status_is_owned_where_it_is_written(api: Api):
    api.apply("services", {**service("stated", clusterIP="None"), "status": {"conditions": [CONDITION]}}, "me")
    obj = api.get("services", "stated")
    assert "f:status" not in owned(obj)["me", APPLY]
    change = {"metadata": {"name": "stated", "labels": {"a": "b"}}, "spec": {"sessionAffinity": "ClientIP"}}
    obj = api.apply("services", {**change, "status": {"conditions": [CONDITION]}}, "ctl", "status")
    assert obj["spec"]["sessionAffinity"] == "None"
    assert entries(obj)["ctl", APPLY]["subresource"] == "status"
    assert owned(obj)["ctl", APPLY].keys() == {"f:metadata", "f:status"}
    other = {"metadata": {"name": "stated"}, "status": {"conditions": [{**CONDITION, "status": "False"}]}}
    assert refused(api.apply, "services", other, "rival", "status").message == (
        'Apply failed with 1 conflict: conflict with "ctl" with subresource "status": .status.conditions[type="Ready"].status'
    )


def test_a_deployment_s_labels_are_not_written_with_its_status(api: Api):
    api.create("deployments.apps", deployment("labelled"))
    change = {"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}}, "status": {"replicas": 1}}
    obj = api.patch("deployments.apps", "labelled", change, "ctl", "status")
    assert owned(obj)["ctl", UPDATE] == {
        "f:metadata": {"f:annotations": {".": {}, "f:c": {}}},
        "f:status": {"f:replicas": {}},
    }


def test_an_apply_of_the_status_creates_only_where_an_update_does(api: Api):
    assert refused(api.apply, "deployments.apps", {"metadata": {"name": "none"}, "status": {}}, "ctl", "status").code == 404
    assert refused(api.apply, "services", {"metadata": {"name": "none"}, "status": {}}, "ctl", "status").code == 422


@pytest.mark.parametrize("cleared", [[], [{}]])
def test_managed_fields_can_be_cleared(api: Api, cleared):
    name = f"cleared-{len(cleared)}"
    api.apply("configmaps", config(name, a="1"), "me")
    assert "managedFields" not in api.patch("configmaps", name, {"metadata": {"managedFields": cleared}}, "editor")["metadata"]
    assert "managedFields" not in api.update("configmaps", config(name, a="2"), "editor")["metadata"]


def test_managed_fields_can_be_rewritten_but_not_broken_or_forgotten(api: Api):
    api.apply("configmaps", config("rewritten", a="1"), "me")
    entry = {"manager": "you", "operation": APPLY, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {"f:a": {}}}}
    obj = api.patch("configmaps", "rewritten", {"metadata": {"managedFields": [entry]}}, "editor")
    assert owned(obj) == {("you", APPLY): entry["fieldsV1"]}
    for broken in (
        {**entry, "operation": "Steal"},
        {**entry, "fieldsV1": {"k:{": {}}},
        {**entry, "fieldsType": ""},
        {**entry, "apiVersion": ""},
    ):
        assert api.patch("configmaps", "rewritten", {"metadata": {"managedFields": [broken]}}, "editor") == obj
    assert api.update("configmaps", config("rewritten", a="1"), "editor") == obj
    foreign = {**entry, "fieldsV1": {"f:metadata": {"f:finalizers": {'v: "a/b"': {}, "q:later": {}}}}}
    obj = api.patch("configmaps", "rewritten", {"metadata": {"managedFields": [foreign]}}, "editor")
    assert owned(obj) == {("you", APPLY): {"f:metadata": {"f:finalizers": {'v:"a/b"': {}}}}}


def test_managers_of_other_groups_are_dropped_when_ownership_changes(api: Api):
    entry = {"manager": "old", "operation": UPDATE, "apiVersion": "extensions/v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {}}}
    api.apply("configmaps", config("regrouped", a="1"), "me")
    api.patch("configmaps", "regrouped", {"metadata": {"managedFields": [entry]}}, "editor")
    assert list(entries(api.patch("configmaps", "regrouped", {"data": {"b": "1"}}, "editor"))) == [("editor", UPDATE)]


def test_scaling_takes_the_replicas_over(api: Api):
    scales, kind = api.resources.scales, api.resources.catalogue.by_resource("deployments.apps")
    api.apply("deployments.apps", deployment("scaled", replicas=1), "me")
    obj = api.patch("deployments.apps", "scaled", {"metadata": {"annotations": {"a": "b"}}}, "editor")
    key, request = Key("default", "scaled"), api.resources.request(WriteOptions(field_manager="scaler"))
    scale = scales.patch(kind, key, Patch(MERGE_PATCH, {"spec": {"replicas": 3}}), request)
    assert "managedFields" not in scale["metadata"]
    obj = api.get("deployments.apps", "scaled")
    assert "f:replicas" not in owned(obj)["me", APPLY]["f:spec"]
    entry = entries(obj)["scaler", UPDATE]
    assert (entry["subresource"], entry["apiVersion"], "time" in entry) == ("scale", "apps/v1", False)
    wanted = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "scaled"}, "spec": {"replicas": 4}}
    refusal = refused(scales.apply, kind, key, Patch("", wanted), request)
    assert refusal.message.endswith('conflict with "scaler" with subresource "scale" using autoscaling/v1: .spec.replicas')


def test_kubectl_takes_over_what_its_client_side_apply_set(api: Api):
    sent = {"apiVersion": "v1", "kind": "ConfigMap", **config("handed", a="1", b="1")}
    sent["metadata"]["annotations"] = {
        LAST_APPLIED: json.dumps({"apiVersion": "v1", "kind": "ConfigMap", **config("handed", a="1", b="1")})
    }
    api.create("configmaps", sent, "kubectl-client-side-apply")
    refused(api.apply, "configmaps", config("handed", a="2"), "someone")
    obj = api.apply("configmaps", config("handed", a="<2>"), "kubectl")
    assert obj["data"] == {"a": "<2>", "b": "1"}
    renewed = obj["metadata"]["annotations"][LAST_APPLIED]
    assert renewed == '{"apiVersion":"v1","data":{"a":"\\u003c2\\u003e"},"kind":"ConfigMap","metadata":{"name":"handed"}}\n'
    api.patch("configmaps", "handed", {"data": {"b": "3"}}, "editor")
    refusal = refused(api.apply, "configmaps", config("handed", a="<2>", b="4"), "kubectl")
    assert refusal.message == 'Apply failed with 1 conflict: conflict with "editor" using v1: .data.b'


def test_an_annotation_that_would_get_too_long_goes(api: Api):
    sent = config("long")
    sent["metadata"]["annotations"] = {LAST_APPLIED: "{}"}
    api.create("configmaps", sent, "kubectl-client-side-apply")
    assert api.apply("configmaps", config("long", a="x" * 300_000), "kubectl")["metadata"].get("annotations") is None


def test_at_most_ten_managers_of_updates_are_kept(api: Api):
    api.create("configmaps", config("crowded", base="0"))
    for number in range(14):
        api.clock.advance(1)
        obj = api.patch("configmaps", "crowded", {"data": {f"k{number:02}": "x"}}, f"editor-{number:02}")
    managers = [entry["manager"] for entry in obj["metadata"]["managedFields"]]
    assert managers == ["ancient-changes", *(f"editor-{number:02}" for number in range(5, 14))]
    ancient = owned(obj)["ancient-changes", UPDATE]
    assert ancient == {"f:data": {".": {}, "f:base": {}, **{f"f:k{number:02}": {} for number in range(5)}}}


def test_a_dry_run_leaves_no_trace(api: Api):
    assert entries(api.apply("configmaps", config("dry", a="1"), "me", dry_run=True))
    assert refused(api.get, "configmaps", "dry").code == 404


def test_finalizing_a_namespace_is_recorded_by_its_subresource(api: Api):
    obj = api.create("namespaces", {"metadata": {"name": "finalized", "labels": {"a": "b"}}})
    namespaces = api.resources.catalogue.by_resource("namespaces")
    handler = namespaces.subresource("finalize").handler("update")
    changed = {**obj, "spec": {"finalizers": ["example.com/x"]}}
    obj = handler(api.resources, Key("", "finalized"), changed, api.resources.request())
    assert entries(obj)["unknown", UPDATE]["subresource"] == "finalize"
