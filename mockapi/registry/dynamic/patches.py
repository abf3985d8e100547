"""JSON patches of webhooks and policies: those that do not fit are told as the real server's library tells them."""

from __future__ import annotations

from typing import Any

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.patch.json_patch import apply_json_patch


class DoesNotFit(Exception):  # noqa: N818 (the text is what matters)
    """A patch does not fit its object. `tested` says that the object has not the value that the patch asks for."""

    def __init__(self, text: str, *, tested: bool = False) -> None:
        super().__init__(text)
        self.tested = tested


def patched(obj: Object, operations: Any) -> Object:
    """A new object. Raises DoesNotFit."""
    if not isinstance(operations, list):
        raise DoesNotFit("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    try:
        return apply_json_patch(obj, operations)
    except StatusError as failure:
        raise _complaint_about(obj, operations) from failure


def _complaint_about(obj: Object, operations: list[Any]) -> DoesNotFit:
    """Why the first operation that does not fit does not."""
    for operation in operations:
        try:
            obj = apply_json_patch(obj, [operation])
        except StatusError:
            tested = isinstance(operation, dict) and operation.get("op") == "test"
            return DoesNotFit(_complaint(obj, operation), tested=tested)
    return DoesNotFit("the patch does not apply")


def _complaint(obj: Object, operation: Any) -> str:
    """Why an operation does not fit the object."""
    operation = operation if isinstance(operation, dict) else {}
    name, path = operation.get("op", ""), operation.get("path", "")
    if name not in {"add", "remove", "replace", "move", "copy", "test"}:
        return f"Unexpected kind: {name or 'unknown'}"
    if name == "test":
        return f"testing value {path} failed: test failed"
    if name in {"move", "copy"} and not _has_parent(obj, operation.get("from", "")):
        return f"{name} operation does not apply: doc is missing from path: {operation.get('from', '')}: missing value"
    if not _has_parent(obj, path):
        shown = path if name in {"replace", "move", "copy"} else f'"{path}"'
        return f"{name} operation does not apply: doc is missing path: {shown}: missing value"
    if name == "remove":
        key = path.rpartition("/")[2]
        return f"error in remove for path: '{path}': unable to remove nonexistent key: {key}: missing value"
    return f"{name} operation does not apply: doc is missing key: {path}: missing value"


def _has_parent(obj: Any, path: str) -> bool:
    """Whether there is an object or a list in which the target stands or would stand."""
    for step in path.split("/")[1:-1]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(obj, dict):
            obj = obj.get(key)
        elif isinstance(obj, list) and key.isdigit() and int(key) < len(obj):
            obj = obj[int(key)]
        else:
            return False
    return isinstance(obj, dict | list)
