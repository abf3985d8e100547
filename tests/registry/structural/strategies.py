"""Schemas and values for properties that hold for all of them."""

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "metadata", "kind"])
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=3),
    "integer": st.integers(-5, 5),
    "boolean": st.booleans(),
}


def _scalar(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind)}, optional={"nullable": st.booleans(), "default": SCALARS[kind]})


def _extend(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=3)},
        optional={"x-kubernetes-preserve-unknown-fields": st.just(True), "nullable": st.booleans()},
    )
    maps = st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": inner})
    lists = st.fixed_dictionaries({"type": st.just("array"), "items": inner})
    return objects | maps | lists


SCHEMAS = st.recursive(st.one_of(*map(_scalar, SCALARS)), _extend, max_leaves=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
