"""JSON merge patches (RFC 7386)."""

from __future__ import annotations

import copy
from typing import Any

from mockapi.machinery.errors import bad_request
from mockapi.machinery.meta import Object
from mockapi.registry.patch.failures import decoded


def apply_merge_patch(obj: Object, patch: Any) -> Object:
    """`obj` with the patch's fields set and its nulls removed; lists are replaced as a whole. Neither argument changes.

    StatusError 400 when the patch is no object.
    """
    fields = decoded(patch, "error decoding patch: ")
    if fields is None:
        raise bad_request("Invalid JSON Patch")
    return _merged_objects(obj, fields)


def _merged_objects(obj: Object, patch: Object) -> Object:
    result = {key: copy.deepcopy(value) for key, value in obj.items() if key not in patch}
    result.update((key, _merged(obj.get(key), value)) for key, value in patch.items() if value is not None)
    return result


def _merged(current: Any, patch: Any) -> Any:
    if isinstance(current, dict) and isinstance(patch, dict):
        return _merged_objects(current, patch)
    return _without_nulls(patch)


def _without_nulls(value: Any) -> Any:
    """A new value: its objects, also those within lists, lose the fields that are null."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
