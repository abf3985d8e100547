"""Strategic merge patches: merges that know which lists have keys, and that carry directives.

The rules are those of the Kubernetes API conventions ("Strategic Merge Patch" and the design "Preserve Order in Strategic Merge Patch").
A patch is consumed while it is merged; what is left of it appears in the real server's messages about the outcome.
"""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

from mockapi.machinery.errors import bad_request, unexplained
from mockapi.machinery.gotext import type_name, value_text
from mockapi.machinery.meta import Object
from mockapi.registry.patch import lists
from mockapi.registry.patch.failures import decoded
from mockapi.registry.patch.lists import ABSENT, DELETE, DIRECTIVE, REPLACE
from mockapi.registry.patch.meta import PatchMeta

_RETAIN_KEYS = "$retainKeys"
_DELETE_FROM = "$deleteFromPrimitiveList"
_ORDER = "$setElementOrder"
_MERGE = "merge"


class Merged(NamedTuple):
    """The outcome of a merge, and what it left of the patch."""

    obj: Object
    rest: Object


def apply_strategic_merge_patch(obj: Object, patch: Any, meta: PatchMeta) -> Object:
    """`obj` merged with `patch` as `meta` says of its fields. Neither argument changes.

    StatusError: 400 when the patch is no object or a directive is malformed; 422 or 500 without a reason when it cannot be followed.
    """
    return merge(obj, patch, meta).obj


def merge(obj: Object, patch: Any, meta: PatchMeta) -> Merged:
    """As `apply_strategic_merge_patch`, with the rest of the patch beside the outcome."""
    rest = decoded(copy.deepcopy(patch)) or {}
    merged = _merge_maps(copy.deepcopy(obj), rest, meta)
    return Merged(copy.deepcopy(merged), rest)


def _merge_maps(original: Object, patch: Object, meta: PatchMeta) -> Object:
    """Merges `patch` into `original`; both change."""
    if DIRECTIVE in patch:
        return _directed(patch)
    _retain_keys(original, patch)
    for key in [key for key in patch if key.startswith(_ORDER)]:
        _merge_in_order(original, patch, key, meta)
    for key, value in patch.items():
        _merge_field(original, key, value, meta)
    return original


def _directed(patch: Object) -> Object:
    directive = patch[DIRECTIVE]
    if directive == REPLACE:
        del patch[DIRECTIVE]
        return patch
    if directive == DELETE:
        return {}
    raise unexplained(f"unknown patch type: {value_text(directive)} in map: {value_text(patch)}")


def _retain_keys(original: Object, patch: Object) -> None:
    """Drops the fields that `$retainKeys` does not list."""
    if _RETAIN_KEYS not in patch:
        return
    kept = patch.pop(_RETAIN_KEYS)
    given = {key for key, value in patch.items() if value is not None and not key.startswith((_DELETE_FROM, _ORDER))}
    if not isinstance(kept, list) or not given <= {key for key in kept if isinstance(key, str)}:
        raise bad_request("invalid patch format of retainKeys")
    for key in [key for key in original if key not in kept]:
        del original[key]


def _merge_field(original: Object, key: str, value: Any, meta: PatchMeta) -> None:
    removing = key.startswith(_DELETE_FROM)
    name = _list_name(key, _DELETE_FROM, "primitive list") if removing else key
    if value is None:
        original.pop(name, None)
    elif name not in original or type_name(original[name]) != type_name(value):
        if not removing:
            _take(original, name, value)
    elif isinstance(value, dict):
        original[name] = _merge_map_field(original[name], value, meta.child(name))
    elif isinstance(value, list):
        original[name] = _merge_list_field(original[name], value, meta.child(name), removing=removing)
    else:
        original[name] = value


def _list_name(key: str, prefix: str, what: str) -> str:
    """The list to which a directive `<prefix>/<list>` applies."""
    directive, _, name = key.partition("/")
    if directive != prefix or not name:
        raise bad_request(f"invalid patch format of {what}")
    return name


def _take(original: Object, name: str, value: Any) -> None:
    """Sets a field that has nothing to merge with, without the nulls and directives in the patch's value."""
    _drop_nulls(value)
    value = _without_directives(value)
    if value is ABSENT:
        original.pop(name, None)
    else:
        original[name] = value


def _drop_nulls(value: Any) -> None:
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _drop_nulls(item)


def _without_directives(value: Any) -> Any:
    """The value without objects that carry `$patch`; ABSENT when it is one itself."""
    if isinstance(value, list):
        return [item for item in map(_without_directives, value) if item is not ABSENT]
    if not isinstance(value, dict):
        return value
    if DIRECTIVE in value:
        return ABSENT
    for key, item in list(value.items()):
        value[key] = _without_directives(item)
        if value[key] is ABSENT:
            del value[key]
    return value


def _strategy(meta: PatchMeta) -> str:
    """How a field is merged; retainKeys only tells clients to send that directive."""
    return next((strategy for strategy in meta.strategies if strategy != "retainKeys"), "")


def _merge_map_field(original: Object, patch: Object, meta: PatchMeta) -> Object:
    return patch if _strategy(meta) == REPLACE else _merge_maps(original, patch, meta)


def _merge_list_field(original: list[Any], patch: list[Any], meta: PatchMeta, *, removing: bool = False) -> list[Any]:
    if _strategy(meta) != _MERGE:
        return patch
    if not original and not patch:
        return original
    if lists.element_type(original, patch) is not dict:
        return _merge_scalars(original, patch, meta.merge_key or "", removing=removing)
    if not meta.merge_key:
        raise unexplained("cannot merge lists without merge key for struct")
    return _merge_items(original, patch, meta.merge_key, meta.item())


def _merge_scalars(original: list[Any], patch: list[Any], key: str, *, removing: bool) -> list[Any]:
    if removing:
        return [value for value in original if value not in patch]
    merged = list(dict.fromkeys(original + patch))
    return lists.ordered(merged, patch, original, key)


def _merge_items(original: list[Any], patch: list[Any], key: str, item: PatchMeta) -> list[Any]:
    live, patch = lists.directed(original, patch, key)
    merged = list(live)
    for value in patch:
        position = lists.find(merged, key, lists.key_of(value, key))
        if position is None:
            merged.append(value)
        else:
            merged[position] = _merge_maps(merged[position], value, item)
    return lists.ordered(merged, patch, live, key)


def _merge_in_order(original: Object, patch: Object, directive: str, meta: PatchMeta) -> None:
    """Merges the list that `$setElementOrder/<list>` names and puts it in that order; takes both out of the patch."""
    order = _as_list(patch.pop(directive))
    name = _list_name(directive, _ORDER, "setElementOrder list")
    field = meta.child(name)
    live, sent = _as_list(original.get(name, [])), _as_list(patch.get(name, []))
    key = field.merge_key or ""
    lists.check_order(sent, order, key)
    if name in original and name in patch:
        merged = _merge_list_field(live, sent, field)
    elif name in patch:
        merged = _without_directives(sent)
    else:
        merged = live
    if name in original or name in patch:
        lists.element_type(live, sent)
        original[name] = lists.ordered(merged, order, live, key)
        patch.pop(name, None)


def _as_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise unexplained(f"expected a {type_name([])}, but received a {type_name(value)}")
    return value
