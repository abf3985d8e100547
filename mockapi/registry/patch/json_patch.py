"""JSON patches (RFC 6902), with the liberties that the real server takes.

Where it departs from the RFC: a negative index counts from the end; for `replace`, `copy` and `test` a missing key of an object holds null;
text before a path's first slash is ignored; the whole object cannot be named.
"""

from __future__ import annotations

import copy
import json
import re
from types import MappingProxyType
from typing import Any

import jsonpatch

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.patch.failures import rejected, undecodable

_MAX_OPERATIONS = 10_000
# Of all values that `copy` duplicates, so that a small patch cannot make a huge object.
_MAX_COPIED_BYTES = 3 * 1024 * 1024
_INDEX = re.compile("[+-]?[0-9]+")
_PREFIX = "error decoding patch: "
_TEXT_FIELDS = ("op", "path", "from")


def apply_json_patch(obj: Object, operations: Any) -> Object:
    """`obj` after all operations. Neither argument changes.

    StatusError: 400 when `operations` is no list of operations, 413 when there are too many, 422 when one does not fit the object.
    """
    wanted = _decoded(operations)
    if len(wanted) > _MAX_OPERATIONS:
        limit = f"The allowed maximum operations in a JSON patch is {_MAX_OPERATIONS}, got {len(wanted)}"
        raise StatusError(413, "RequestEntityTooLarge", f"Request entity is too large: {limit}")
    result, copied = copy.deepcopy(obj), 0
    try:
        for operation in wanted:
            copied += _copied_bytes(operation, result)
            if copied > _MAX_COPIED_BYTES:
                raise rejected()
            result = _Patch([operation], pointer_cls=_Pointer).apply(result, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        raise rejected() from None
    return result


def _decoded(operations: Any) -> list[Object]:
    """The operations without null fields. StatusError when their JSON types are wrong."""
    if operations is None:
        return []
    if not isinstance(operations, list):
        raise undecodable(operations, "Go value of type []handlers.jsonPatchOp", _PREFIX)
    return [_decoded_operation({} if operation is None else operation) for operation in operations]


def _decoded_operation(operation: Any) -> Object:
    if not isinstance(operation, dict):
        raise undecodable(operation, "Go value of type handlers.jsonPatchOp", _PREFIX)
    texts = {field: operation[field] for field in _TEXT_FIELDS if operation.get(field) is not None}
    for field, text in texts.items():
        if not isinstance(text, str):
            raise undecodable(text, f"Go struct field jsonPatchOp.{field} of type string", _PREFIX)
    return {**texts, "value": operation.get("value")}


def _copied_bytes(operation: Object, doc: Object) -> int:
    if operation.get("op") != "copy" or "from" not in operation:
        return 0
    return len(json.dumps(_Pointer(operation["from"]).value(doc), separators=(",", ":")))


class _Pointer(jsonpatch.JsonPointer):
    """A path in the object, at least one step long."""

    def __init__(self, pointer: str) -> None:
        self.parts = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        if not self.parts:
            raise jsonpatch.JsonPointerException("the whole object cannot be named")

    def holder(self, doc: Any) -> Any:
        """The object or list in which the target stands or would stand."""
        for step in self.parts[:-1]:
            doc = _get(doc, step)
            if not isinstance(doc, dict | list):
                raise jsonpatch.JsonPointerException(f"no object or list at {step}")
        return doc

    def to_last(self, doc: Any) -> tuple[Any, Any]:
        """The holder, and the target's key or index in it."""
        holder = self.holder(doc)
        return holder, _position(holder, self.parts[-1])

    def value(self, doc: Any) -> Any:
        """The target itself; None for a missing key."""
        return _get(self.holder(doc), self.parts[-1])

    def insert(self, doc: Any, value: Any) -> None:
        """Puts a value where the path leads, before what stands there in a list."""
        holder, step = self.holder(doc), self.parts[-1]
        if isinstance(holder, dict):
            holder[step] = value
        else:
            holder.insert(len(holder) if step == "-" else _index(step, len(holder) + 1), value)


def _get(holder: Any, step: str) -> Any:
    return holder.get(step) if isinstance(holder, dict) else holder[_index(step, len(holder))]


def _position(holder: Any, step: str) -> str | int:
    return step if isinstance(holder, dict) else _index(step, len(holder))


def _index(step: str, size: int) -> int:
    """The index from the front. JsonPointerException when the step names none of `size` items."""
    if not _INDEX.fullmatch(step) or not -size <= int(step) < size:
        raise jsonpatch.JsonPointerException(f"no item {step} among {size}")
    return int(step) % size


class _Operation(jsonpatch.PatchOperation):
    """An operation whose pointers are `_Pointer`s."""

    def target(self) -> _Pointer:
        """Where the field `path` leads."""
        assert isinstance(self.pointer, _Pointer)
        return self.pointer

    def source(self) -> _Pointer:
        """Where the field `from` leads."""
        return _Pointer(self.operation.get("from", ""))


class _Add(_Operation):
    def apply(self, obj: Any) -> Any:
        self.target().insert(obj, copy.deepcopy(self.operation["value"]))
        return obj


class _Replace(_Operation):
    def apply(self, obj: Any) -> Any:
        holder, position = self.target().to_last(obj)
        holder[position] = copy.deepcopy(self.operation["value"])
        return obj


class _Move(_Operation):
    def apply(self, obj: Any) -> Any:
        holder, position = self.source().to_last(obj)
        if isinstance(holder, dict) and position not in holder:
            raise jsonpatch.JsonPointerException("nothing to move")
        self.target().insert(obj, holder.pop(position))
        return obj


class _Copy(_Operation):
    def apply(self, obj: Any) -> Any:
        self.target().insert(obj, copy.deepcopy(self.source().value(obj)))
        return obj


class _Test(_Operation):
    def apply(self, obj: Any) -> Any:
        if not _equal(self.target().value(obj), self.operation["value"]):
            raise jsonpatch.JsonPatchTestFailed("the values differ")
        return obj


def _equal(left: Any, right: Any) -> bool:
    """Equality of JSON values: true is not 1, and 1.0 is not 1."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


class _Patch(jsonpatch.JsonPatch):
    operations = MappingProxyType(
        {
            "add": _Add,
            "copy": _Copy,
            "move": _Move,
            "remove": jsonpatch.RemoveOperation,
            "replace": _Replace,
            "test": _Test,
        }
    )
