"""The algebra of field sets, against plain sets of paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.registry.apply import fieldsets
from mockapi.registry.apply.fieldsets import FieldSet

ELEMENTS = ("f:a", "f:b", 'k:{"name":"x"}', 'v:"y"')
Paths = frozenset[tuple[str, ...]]

paths = st.frozensets(st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=3).map(tuple), max_size=8)


def of(members: Paths) -> FieldSet:
    fields: FieldSet = {}
    for path in members:
        fields = fieldsets.union(fields, fieldsets.single(path))
    return fields


def members(fields: FieldSet, prefix: tuple[str, ...] = ()) -> Paths:
    found = {(*prefix, key) for key, node in fields.items() if fieldsets.is_member(node)}
    for key, node in fields.items():
        found |= members(fieldsets.children_of(node), (*prefix, key))
    return frozenset(found)


@given(paths, paths)
def test_the_algebra_is_that_of_sets(one, other):
    assert members(fieldsets.union(of(one), of(other))) == one | other
    assert members(fieldsets.difference(of(one), of(other))) == one - other
    assert members(fieldsets.intersection(of(one), of(other))) == one & other


@given(paths, paths)
def test_nothing_empty_is_left_behind(one, other):
    assert fieldsets.difference(of(one), of(one | other)) == {}
    assert fieldsets.difference(of(one), of(other)) == of(one - other)
    assert fieldsets.intersection(of(one), of(other)) == of(one & other)


@given(paths)
def test_members_are_found_and_arranging_keeps_them(one):
    fields = of(one)
    assert all(fieldsets.has(fields, path) for path in one)
    assert members(fieldsets.arranged(fields)) == one == members(fieldsets.read(fields))
    assert len(list(fieldsets.paths(fields))) == len(one)


def test_sets_are_written_in_order_their_own_membership_first():
    fields = {"f:z": {}, "f:a": {'k:{"port":443}': {}, 'k:{"port":80}': {"f:port": {}, ".": {}}, ".": {}}}
    arranged = fieldsets.arranged(fields)
    assert list(arranged) == ["f:a", "f:z"]
    assert list(arranged["f:a"]) == [".", 'k:{"port":80}', 'k:{"port":443}']
    assert list(arranged["f:a"]['k:{"port":80}']) == [".", "f:port"]


def test_members_of_a_level_are_told_before_what_is_below_it():
    fields = {"f:spec": {"f:containers": {'k:{"name":"c"}': {"f:args": {}}}, "f:tolerations": {}, "f:nodeSelector": {}}}
    assert list(fieldsets.paths(fields)) == [".spec.nodeSelector", ".spec.tolerations", '.spec.containers[name="c"].args']


@pytest.mark.parametrize("value", [None, [], {"f:a": 1}, {"k:{": {}}])
def test_what_is_no_set_cannot_be_read(value):
    with pytest.raises(ValueError, match=r"."):
        fieldsets.read(value)
