"""What of an object is owned, how two compare, merge and lose fields, and what is no configuration of a kind."""

from __future__ import annotations

import pytest

from mockapi.registry.apply.compile import without
from mockapi.registry.apply.custom import custom_type
from mockapi.registry.apply.lists import Associative
from mockapi.registry.apply.maps import Granular
from mockapi.registry.apply.types import NoElementError, Scalar
from tests.registry.apply.kinds import of

SERVICE, POD, DEPLOYMENT, CONFIGMAP = of("Service"), of("Pod"), of("Deployment", "apps"), of("ConfigMap")
TEXT = Scalar("string")


def test_an_applied_object_owns_its_leaves_and_the_items_of_keyed_lists():
    service = {"spec": {"selector": {"app": "s"}, "clusterIP": "None", "ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}]}}
    assert SERVICE.owned(service) == {
        "f:spec": {
            "f:selector": {},
            "f:clusterIP": {},
            "f:ports": {
                'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}},
                'k:{"port":53,"protocol":"UDP"}': {".": {}, "f:port": {}, "f:protocol": {}},
            },
        }
    }


def test_an_applied_object_owns_empty_structs_and_nulls_but_no_empty_keyed_list():
    assert CONFIGMAP.owned({"data": {}}) == {"f:data": {}}
    assert CONFIGMAP.owned({"data": {"k": None}, "metadata": {"labels": None}}) == {"f:data": {"f:k": {}}, "f:metadata": {"f:labels": {}}}
    assert SERVICE.owned({"spec": {"ports": [], "externalIPs": []}}) == {"f:spec": {"f:externalIPs": {}}}


def test_sets_and_references_with_keys():
    owners = [{"uid": "u", "kind": "ReplicaSet", "name": "r", "apiVersion": "apps/v1"}]
    assert POD.owned({"metadata": {"finalizers": ["a/b"], "ownerReferences": owners}}) == {
        "f:metadata": {"f:finalizers": {'v:"a/b"': {}}, "f:ownerReferences": {'k:{"uid":"u"}': {}}}
    }


def test_what_is_new_is_changed_with_all_that_leads_to_it():
    old, new = {"spec": {}}, {"spec": {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 1}}, "type": "ClusterIP"}}
    changed, removed = SERVICE.compare(old, new)
    assert removed is None
    config = {".": {}, "f:clientIP": {".": {}, "f:timeoutSeconds": {}}}
    assert changed == {"f:spec": {"f:sessionAffinityConfig": config, "f:type": {}}}
    assert SERVICE.compare(new, old) == (None, changed)


def test_null_counts_as_there_but_empty():
    assert POD.compare({"spec": {"containers": None}}, {"spec": {"containers": [{"name": "c"}]}}) == (
        {"f:spec": {"f:containers": {'k:{"name":"c"}': {".": {}, "f:name": {}}}}},
        None,
    )
    assert CONFIGMAP.compare({"data": None}, {"data": {}}) == ({"f:data": {}}, None)
    assert CONFIGMAP.compare({"data": {"a": "b"}}, {"data": None}) == (None, {"f:data": {"f:a": {}}})


def test_a_changed_item_shows_what_changed_in_it_wherever_it_stands():
    old = {"spec": {"ports": [{"port": 80, "name": "a"}, {"port": 81}]}}
    new = {"spec": {"ports": [{"port": 81}, {"port": 80, "name": "b"}]}}
    assert SERVICE.compare(old, new).changed == {"f:spec": {"f:ports": {'k:{"port":80,"protocol":"TCP"}': {"f:name": {}}}}}


def test_items_that_stand_twice_are_owned_as_a_whole():
    env = Associative(Granular({"name": TEXT, "value": TEXT}), ["name"])
    once, twice = [{"name": "A", "value": "1"}], [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    below = {".": {}, "f:name": {}, "f:value": {}}
    assert env.added(twice) == {".": {}, 'k:{"name":"A"}': {}}
    assert env.compare(once, twice) == ({'k:{"name":"A"}': {}}, {'k:{"name":"A"}': below})
    assert env.compare(twice, once) == ({'k:{"name":"A"}': below}, {'k:{"name":"A"}': {}})
    assert env.compare(twice, [twice[1], twice[0]]).changed == {'k:{"name":"A"}': {}}
    assert env.owned(twice) == {'k:{"name":"A"}': {}}
    assert env.merge(twice, [{"name": "A", "value": "3"}]) == [{"name": "A", "value": "3"}]


@pytest.mark.parametrize(
    ("live", "applied", "merged"),
    [
        ("a", "a", "a"),
        ("ab", "cb", "acb"),
        ("b", "ab", "ab"),
        ("abc", "ca", "bca"),
        ("abcd", "dbx", "acdbx"),
        ("", "ba", "ba"),
        ("ab", "", "ab"),
        ("xay", "ba", "xbay"),
    ],
)
def test_the_applied_order_holds_and_other_items_keep_their_place(live, applied, merged):
    assert "".join(Associative(TEXT).merge(list(live), list(applied))) == merged


def test_merging_goes_into_items_and_replaces_what_is_atomic():
    live = {"spec": {"selector": {"a": "1"}, "ports": [{"port": 80, "targetPort": 80, "protocol": "TCP"}]}}
    applied = {"spec": {"selector": {"b": "2"}, "ports": [{"port": 80, "name": "web"}, {"port": 81}]}}
    assert SERVICE.merge(live, applied)["spec"] == {
        "selector": {"b": "2"},
        "ports": [{"port": 80, "targetPort": 80, "protocol": "TCP", "name": "web"}, {"port": 81}],
    }


def test_removing_takes_members_and_leaves_null_where_nothing_stays():
    obj = {"data": {"a": "1", "b": "2"}, "metadata": {"labels": {"x": "y"}, "finalizers": ["a/b", "c/d"]}}
    fields = {"f:data": {"f:a": {}}, "f:metadata": {"f:labels": {"f:x": {}}, "f:finalizers": {'v:"a/b"': {}}}}
    assert CONFIGMAP.remove(obj, fields) == {"data": {"b": "2"}, "metadata": {"labels": None, "finalizers": ["c/d"]}}
    assert CONFIGMAP.remove(obj, {"f:data": {".": {}, "f:a": {}}}) == {"metadata": obj["metadata"]}


def test_fields_of_structs_that_lead_to_members_are_named():
    fields = {"f:data": {"f:a": {}}, "f:metadata": {"f:labels": {"f:x": {}}}}
    expected = {"f:data": {".": {}, "f:a": {}}, "f:metadata": {".": {}, "f:labels": {".": {}, "f:x": {}}}}
    assert CONFIGMAP.with_named(fields) == expected


@pytest.mark.parametrize(
    ("kind", "obj", "problems"),
    [
        (CONFIGMAP, {"data": {"k": 7}}, [".data.k: expected string, got &value.valueUnstructured{Value:7}"]),
        (CONFIGMAP, {"data": {"k": [1, None]}},
         [".data.k: expected string, got &value.valueUnstructured{Value:[]interface {}{1, interface {}(nil)}}"]),
        (CONFIGMAP, {"data": ["a"]}, [".data: expected map, got &{[a]}"]),
        (CONFIGMAP, {"immutable": "no"}, [".immutable: expected boolean, got &{no}"]),
        (SERVICE, {"spec": {"ports": {"port": 80}}}, [".spec.ports: expected list, got &{map[port:80]}"]),
        (SERVICE, {"spec": {"ports": [{"port": "80"}]}},
         ['.spec.ports[port="80",protocol="TCP"].port: expected numeric (int or float), got string']),
        (SERVICE, {"spec": {"ports": [{"name": "a"}]}},
         [".spec.ports: element 0: associative list with keys has an element that omits key field "
          '"port" (and doesn\'t have default value)']),
        (SERVICE, {"spec": {"ports": [{"port": 80, "targetPort": {}}]}},
         ['.spec.ports[port=80,protocol="TCP"].targetPort: expected any scalar, got &{map[]}']),
        (SERVICE, {"spec": {"colour": "red", "ports": 1}}, [".spec.colour: field not declared in schema"]),
        (POD, {"metadata": {"finalizers": ["x", "x"]}}, ['.metadata.finalizers: duplicate entries for key [="x"]']),
        (POD, {"metadata": {"finalizers": [None]}},
         [".metadata.finalizers: element 0: associative list without keys has an element that's an explicit null"]),
        (POD, {"spec": {"tolerations": [{"seconds": 1}]}}, [".spec.tolerations[0].seconds: field not declared in schema"]),
        (POD, {"spec": None, "metadata": {"labels": None}}, []),
    ],
)  # fmt: skip
def test_what_does_not_fit_a_kind_is_told_as_the_real_server_does(kind, obj, problems):
    assert list(kind.check(obj)) == problems


def test_an_item_without_its_key_cannot_be_compared():
    with pytest.raises(NoElementError):
        SERVICE.compare({"spec": {}}, {"spec": {"ports": [{"name": "a"}]}})


def test_fields_can_be_left_out():
    tracked = without(DEPLOYMENT, [("status",), ("metadata", "labels"), ("no", "such")])
    obj = {"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}}, "status": {"replicas": 1}, "spec": {"replicas": 2}}
    assert tracked.owned(obj) == {"f:metadata": {"f:annotations": {"f:c": {}}}, "f:spec": {"f:replicas": {}}}
    assert tracked.compare({"metadata": {}}, {"metadata": {"labels": {"a": "b"}}}) == (None, None)
    assert DEPLOYMENT.owned(obj) != tracked.owned(obj)


def test_what_has_any_shape_is_one_field():
    revision = of("ControllerRevision", "apps")
    assert revision.owned({"data": {"spec": {"a": 1}}, "revision": 1}) == {"f:data": {}, "f:revision": {}}
    assert list(revision.check({"data": {"a": [1, {"b": None}]}})) == []


def test_custom_resources_follow_their_schemas():
    parts = {
        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name", "kind"],
        "items": {"type": "object", "properties": {"name": {"type": "string"}, "kind": {"type": "string", "default": "big"}}},
    }  # fmt: skip
    spec = {
        "parts": parts,
        "plain": {"type": "array", "items": {"type": "integer"}},
        "one": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": {"type": "string"}}},
        "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "map": {"type": "object", "additionalProperties": {"type": "number"}},
        "port": {"x-kubernetes-int-or-string": True},
    }
    widget = custom_type({"type": "object", "properties": {"spec": {"type": "object", "properties": spec}}}, Granular())
    sent = {"parts": [{"name": "a"}], "plain": [1], "one": {"a": "b"}, "open": {"x": {"y": [1]}}, "map": {"k": 1}, "port": "web"}
    assert widget.owned({"spec": sent}) == {
        "f:spec": {
            "f:parts": {'k:{"kind":"big","name":"a"}': {".": {}, "f:name": {}}},
            "f:plain": {}, "f:one": {}, "f:open": {"f:x": {".": {}, "f:y": {}}},
            "f:map": {"f:k": {}}, "f:port": {},
        }
    }  # fmt: skip
    assert list(widget.check({"spec": {"none": 1}})) == [".spec.none: field not declared in schema"]
