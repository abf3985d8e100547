"""JSON patches."""

import copy

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.errors import StatusError
from mockapi.registry.patch.json_patch import apply_json_patch

OBJ = {"map": {"a": 1, "b/c": {"d~e": 2}}, "list": ["x", "y", "z"]}

values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text("ab/~", max_size=2), values, max_size=3)


def op(name, path, **more):
    return {"op": name, "path": path, **more}


@pytest.mark.parametrize(
    ("operation", "path", "result"),
    [
        (op("add", "/map/n", value=[1]), ("map", "n"), [1]),
        (op("add", "/map/a", value=2), ("map", "a"), 2),
        (op("add", "/map/n"), ("map", "n"), None),
        (op("add", "/list/1", value="n"), ("list",), ["x", "n", "y", "z"]),
        (op("add", "/list/3", value="n"), ("list",), ["x", "y", "z", "n"]),
        (op("add", "/list/-", value="n"), ("list",), ["x", "y", "z", "n"]),
        (op("add", "/list/-1", value="n"), ("list",), ["x", "y", "z", "n"]),
        (op("add", "/list/-4", value="n"), ("list",), ["n", "x", "y", "z"]),
        (op("remove", "/list/0"), ("list",), ["y", "z"]),
        (op("remove", "/list/-1"), ("list",), ["x", "y"]),
        (op("remove", "/map/b~1c/d~0e"), ("map", "b/c"), {}),
        (op("replace", "/list/-3", value="n"), ("list",), ["n", "y", "z"]),
        (op("replace", "/map/missing", value="n"), ("map", "missing"), "n"),
        (op("move", "/map/m", **{"from": "/list/0"}), ("map", "m"), "x"),
        (op("move", "/list/-", **{"from": "/list/0"}), ("list",), ["y", "z", "x"]),
        (op("copy", "/map/m", **{"from": "/map/b~1c"}), ("map", "m"), {"d~e": 2}),
        (op("copy", "/map/m", **{"from": "/map/missing"}), ("map", "m"), None),
        (op("test", "/map/a", value=1), ("map", "a"), 1),
        (op("test", "/map/missing", value=None), ("map", "a"), 1),
        (op("test", "/map", value={"b/c": {"d~e": 2}, "a": 1}), ("map", "a"), 1),
        (op("add", "spec/n", value=1), ("n",), 1),
        ({**op("add", "/n", value=1), "comment": "x"}, ("n",), 1),
    ],
)
def test_operations(operation, path, result):
    outcome = apply_json_patch(OBJ, [operation])
    for step in path:
        outcome = outcome[step]
    assert outcome == result


@pytest.mark.parametrize(
    "operation",
    [
        op("remove", "/map/missing"),
        op("remove", "/list/3"),
        op("remove", "/list/-4"),
        op("remove", "/list/-"),
        op("remove", ""),
        op("replace", "/list/3", value=1),
        op("replace", "/list/-", value=1),
        op("replace", "/none/a", value=1),
        op("add", "", value={}),
        op("add", "/list/5", value=1),
        op("add", "/list/x", value=1),
        op("add", "/list/1.0", value=1),
        op("add", "/none/a", value=1),
        op("add", "/map/a/b", value=1),
        op("move", "/map/m", **{"from": "/map/missing"}),
        op("move", "/map/b~1c/x", **{"from": "/map/b~1c"}),
        op("move", "/map/m"),
        op("copy", "/map/m"),
        op("copy", "/map/m", **{"from": "/list/9"}),
        op("test", "/map/a", value=2),
        op("test", "/map/a", value=True),
        op("test", "/map/a", value=1.0),
        op("test", "/map/a"),
        op("test", "/none/a", value=None),
        op("merge", "/map/a", value=1),
        {"op": "add", "value": 1},
        {"path": "/map/a"},
        op("add", None, value=1),
        None,
    ],
)
def test_operations_that_do_not_fit(operation):
    with pytest.raises(StatusError) as failed:
        apply_json_patch(OBJ, [op("add", "/first", value=1), operation])
    assert failed.value.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "the server rejected our request due to an error in our request",
        "reason": "Invalid",
        "details": {},
        "code": 422,
    }
    assert "first" not in OBJ


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        (op("remove", "/a"), "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
        ([1], "error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"),
        ([{"op": 1}], "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string"),
        ([op("add", ["a"])], "error decoding patch: json: cannot unmarshal array into Go struct field jsonPatchOp.path of type string"),
    ],
)
def test_what_is_no_list_of_operations(operations, message):
    with pytest.raises(StatusError) as failed:
        apply_json_patch(OBJ, operations)
    assert (failed.value.code, failed.value.reason, failed.value.message) == (400, "BadRequest", message)


def test_there_may_be_ten_thousand_operations():
    operation = op("add", "/n", value=1)
    assert apply_json_patch({}, [operation] * 10_000) == {"n": 1}
    with pytest.raises(StatusError) as failed:
        apply_json_patch({}, [operation] * 10_001)
    assert (failed.value.code, failed.value.reason) == (413, "RequestEntityTooLarge")
    assert failed.value.message == ("Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got 10001")


def test_copies_do_not_grow_without_bound():
    doubling = [op("copy", "/list/-", **{"from": "/list"})] * 100
    with pytest.raises(StatusError) as failed:
        apply_json_patch({"list": ["x" * 1000]}, doubling)
    assert failed.value.code == 422


def test_no_operations():
    assert apply_json_patch(OBJ, []) == apply_json_patch(OBJ, None) == OBJ


@given(objects, objects)
def test_any_object_can_be_reached(start, target):
    before = copy.deepcopy(start)
    operations = [operation for operation in jsonpatch.make_patch(start, target).patch if operation["path"] != ""]
    outcome = apply_json_patch(start, operations)
    assert outcome == target
    assert start == before


def test_the_outcome_shares_nothing_with_the_patch():
    value = {"a": []}
    outcome = apply_json_patch({}, [op("add", "/n", value=value), op("add", "/n/a/-", value=1)])
    assert outcome == {"n": {"a": [1]}}
    assert value == {"a": []}
