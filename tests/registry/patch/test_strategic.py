"""Strategic merge patches."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.errors import StatusError
from mockapi.registry.patch.strategic import apply_strategic_merge_patch, merge
from tests.registry.patch.fields import DEPLOYMENT, SERVICE

HTTP = {"name": "http", "port": 80, "targetPort": 8080}
HTTPS = {"name": "https", "port": 443, "targetPort": 8443}


def patched_spec(spec, patch, meta=SERVICE):
    return apply_strategic_merge_patch({"spec": spec}, {"spec": patch}, meta)["spec"]


def patched_ports(ports, patch, **more):
    return patched_spec({"ports": ports}, {"ports": patch, **more})["ports"]


def failure(spec, patch, meta=SERVICE):
    with pytest.raises(StatusError) as failed:
        patched_spec(spec, patch, meta)
    return failed.value.code, failed.value.reason, failed.value.message


def test_maps_are_merged_and_nulls_remove():
    obj = {"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"type": "ClusterIP"}}
    patch = {"metadata": {"labels": {"b": None, "c": "3"}, "annotations": {"x": "y", "z": None}}}
    assert apply_strategic_merge_patch(obj, patch, SERVICE) == {
        "metadata": {"labels": {"a": "1", "c": "3"}, "annotations": {"x": "y"}},
        "spec": {"type": "ClusterIP"},
    }


def test_new_items_come_first():
    assert patched_ports([HTTP], [HTTPS]) == [HTTPS, HTTP]


def test_an_item_is_merged_where_it_stands():
    assert patched_ports([HTTPS, HTTP], [{"port": 80, "targetPort": "http"}]) == [HTTPS, {**HTTP, "targetPort": "http"}]


def test_items_follow_the_patch_where_it_reorders_them():
    first, second, third = ({"port": number} for number in (1, 2, 3))
    assert patched_ports([first, second, third], [third, first]) == [second, third, first]


def test_an_item_is_deleted_by_its_key():
    assert patched_ports([HTTPS, HTTP], [{"port": 443, "$patch": "delete"}]) == [HTTP]
    assert patched_ports([HTTP], [{"port": 9, "$patch": "delete"}]) == [HTTP]


def test_a_list_is_replaced_on_demand():
    assert patched_ports([HTTP], [{"$patch": "replace"}, {"port": 2}, {"port": 1}]) == [{"port": 2}, {"port": 1}]
    assert patched_ports([HTTP], [{"$patch": "replace"}]) == []


def test_items_are_put_in_the_order_that_is_asked_for():
    ports = [{"port": 1}, {"port": 2}, {"port": 3}]
    order = {"$setElementOrder/ports": [{"port": 3}, {"port": 2}, {"port": 1}]}
    assert patched_ports(ports, [{"port": 2, "name": "bb"}], **order) == [{"port": 3}, {"port": 2, "name": "bb"}, {"port": 1}]
    assert patched_spec({"ports": ports}, order)["ports"] == ports[::-1]


def test_items_outside_the_order_keep_their_places():
    ports = [{"port": number} for number in (1, 2, 3, 4)]
    order = {"$setElementOrder/ports": [{"port": 4}, {"port": 2}]}
    assert [port["port"] for port in patched_spec({"ports": ports}, order)["ports"]] == [1, 3, 4, 2]


def test_an_order_creates_a_list_without_its_deletions():
    patch = {"$setElementOrder/ports": [{"port": 2}, {"port": 1}], "ports": [{"port": 2}, {"port": 1}, {"port": 3, "$patch": "delete"}]}
    assert patched_spec({}, patch) == {"ports": [{"port": 2}, {"port": 1}]}
    assert patched_spec({"type": "x"}, {"$setElementOrder/ports": [{"port": 1}]}) == {"type": "x"}


def test_an_order_that_the_patch_does_not_follow():
    patch = {"$setElementOrder/ports": [{"port": 2}, {"port": 1}], "ports": [{"port": 1}, {"port": 2}]}
    assert failure({"ports": [HTTP]}, patch) == (
        500,
        "",
        "The order in patch list:\n[map[port:1] map[port:2]]\n doesn't match $setElementOrder list:\n[map[port:2] map[port:1]]\n",
    )


def test_maps_are_replaced_or_emptied_on_demand():
    assert patched_spec({"selector": {"a": "1"}}, {"selector": {"$patch": "replace", "b": "2"}}) == {"selector": {"b": "2"}}
    assert patched_spec({"selector": {"a": "1"}}, {"selector": {"$patch": "delete"}}) == {"selector": {}}
    assert patched_spec({}, {"selector": {"$patch": "delete"}}) == {}


def test_keys_that_are_not_retained_go():
    spec = {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}
    patch = {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}
    assert patched_spec(spec, patch, DEPLOYMENT) == {"strategy": {"type": "Recreate"}}


@pytest.mark.parametrize("kept", ["type", ["rollingUpdate"], None])
def test_keys_to_retain_must_include_those_that_are_set(kept):
    patch = {"strategy": {"$retainKeys": kept, "type": "Recreate"}}
    assert failure({"strategy": {"type": "x"}}, patch, DEPLOYMENT) == (400, "BadRequest", "invalid patch format of retainKeys")


def finalizers(live, **patch):
    return apply_strategic_merge_patch({"metadata": {"finalizers": live}}, {"metadata": patch}, DEPLOYMENT)["metadata"].get("finalizers")


def test_words_are_merged():
    assert finalizers(["a"], finalizers=["b"]) == ["b", "a"]
    assert finalizers(["a", "b"], finalizers=["b", "c"]) == ["a", "b", "c"]
    assert finalizers(["a"], finalizers=None) is None


def test_words_are_removed():
    assert finalizers(["a", "b", "c"], **{"$deleteFromPrimitiveList/finalizers": ["b", "x"]}) == ["a", "c"]
    assert apply_strategic_merge_patch({}, {"$deleteFromPrimitiveList/finalizers": ["b"]}, DEPLOYMENT) == {}


def test_words_are_put_in_order():
    directives = {"$setElementOrder/finalizers": ["c", "a"], "$deleteFromPrimitiveList/finalizers": ["b"]}
    assert finalizers(["a", "b"], finalizers=["c"], **directives) == ["c", "a"]


def test_lists_without_strategy_are_replaced():
    assert patched_spec({"externalIPs": ["1", "2"]}, {"externalIPs": ["3"]}) == {"externalIPs": ["3"]}
    assert patched_spec({"sessionAffinityConfig": {"a": 1}}, {"sessionAffinityConfig": {"b": 2}}) == {"sessionAffinityConfig": {"b": 2}}


def test_nested_lists_are_merged():
    template = {"spec": {"containers": [{"name": "c", "image": "one", "env": [{"name": "A", "value": "a"}]}, {"name": "d"}]}}
    patch = {"template": {"spec": {"containers": [{"name": "e"}, {"name": "c", "env": [{"name": "B", "value": "b"}]}]}}}
    assert patched_spec({"template": template}, patch, DEPLOYMENT)["template"]["spec"]["containers"] == [
        {"name": "e"},
        {"name": "c", "image": "one", "env": [{"name": "B", "value": "b"}, {"name": "A", "value": "a"}]},
        {"name": "d"},
    ]


def test_values_of_another_type_replace():
    assert patched_spec({"ports": [HTTP], "replicas": 1}, {"ports": 80, "replicas": "3"}) == {"ports": 80, "replicas": "3"}


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"ports": [{"name": "x"}]}, "map: map[name:x] does not contain declared merge key: port"),
        ({"ports": [{"$patch": "delete"}]}, "map: map[$patch:delete] does not contain declared merge key: port"),
        ({"ports": [{"port": 80, "$patch": "merge"}]}, "merging lists cannot yet be specified in the patch"),
        ({"ports": [{"port": 80, "$patch": "x"}]}, "unknown patch type: x in map: map[$patch:x port:80]"),
        ({"ports": [1]}, "list element types are not identical: [[map[name:http port:80 targetPort:8080]] [1]]"),
        ({"selector": {"$patch": "merge"}}, "unknown patch type: merge in map: map[$patch:merge]"),
        ({"$setElementOrder/ports": "x"}, "expected a []interface {}, but received a string"),
        ({"$setElementOrder/ports": ["x"]}, "expected a map[string]interface {}, but received a string"),
    ],
)
def test_directives_that_cannot_be_followed(patch, message):
    assert failure({"ports": [HTTP], "selector": {}}, patch) == (500, "", message)


def test_directives_without_a_list():
    assert failure({}, {"$setElementOrder": []}) == (400, "BadRequest", "invalid patch format of setElementOrder list")
    assert failure({}, {"$deleteFromPrimitiveList": []}) == (400, "BadRequest", "invalid patch format of primitive list")


def test_lists_of_lists():
    assert failure({"ports": [HTTP]}, {"ports": [[1]]})[0] == 500
    assert failure({"ports": []}, {"ports": [[1]]})[:2] == (422, "Invalid")


def test_a_patch_is_an_object():
    with pytest.raises(StatusError, match=r"^json: cannot unmarshal array into Go value of type map\[string\]interface {}$"):
        apply_strategic_merge_patch({}, [], SERVICE)
    assert apply_strategic_merge_patch({"a": 1}, None, SERVICE) == {"a": 1}


def test_the_rest_of_the_patch_is_what_messages_show():
    patch = {"spec": {"$setElementOrder/ports": [{"port": 80}], "ports": [{"port": 80, "name": "x"}], "extra": 1}}
    assert merge({"spec": {"ports": [HTTP]}}, patch, SERVICE).rest == {"spec": {"extra": 1}}


names = st.sampled_from("abcde")
containers = st.dictionaries(names, st.sampled_from(["one", "two"])).map(
    lambda images: [{"name": name, "image": image} for name, image in images.items()]
)


def pod(items):
    return {"spec": {"template": {"spec": {"containers": items}}}}


@given(containers, containers)
def test_a_merge_holds_all_items_and_the_patch_wins(live, patch):
    before = copy.deepcopy((live, patch))
    merged = apply_strategic_merge_patch(pod(live), pod(patch), DEPLOYMENT)["spec"]["template"]["spec"]["containers"]
    assert (live, patch) == before
    images = {item["name"]: item["image"] for item in live + patch}
    assert {item["name"]: item["image"] for item in merged} == images
    assert len(merged) == len(images)
    wanted = [item["name"] for item in patch]
    assert [item["name"] for item in merged if item["name"] in wanted] == wanted
    untouched = [item["name"] for item in live if item["name"] not in wanted]
    assert [item["name"] for item in merged if item["name"] not in wanted] == untouched


@given(containers, containers)
def test_a_merge_twice_changes_nothing_more(live, patch):
    once = apply_strategic_merge_patch(pod(live), pod(patch), DEPLOYMENT)
    assert apply_strategic_merge_patch(once, pod(patch), DEPLOYMENT) == once


@given(containers, containers)
def test_an_order_and_deletions_lead_to_any_list(live, target):
    wanted = {item["name"] for item in target}
    gone = [{"name": item["name"], "$patch": "delete"} for item in live if item["name"] not in wanted]
    order = [{"name": item["name"]} for item in target]
    patch = {"spec": {"template": {"spec": {"$setElementOrder/containers": order, "containers": target + gone}}}}
    if live or target:
        assert apply_strategic_merge_patch(pod(live), patch, DEPLOYMENT) == pod(target)
