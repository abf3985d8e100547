"""PodSpecs and their parts as the API server's internal Go types, which some error messages print.

The internal types differ from core/v1 in the order of fields and in a few places; unset fields are printed too.
"""

from __future__ import annotations

import difflib
import json
from typing import Any

from mockapi.kinds.podspec.internal_types import FIELDS, Field
from mockapi.machinery.meta import Object

_ZEROS: dict[str, Any] = {"s": "", "i": 0, "b": False, "p": None}
_HOST_FIELDS = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")


def internal_form(type_name: str, value: Object) -> Object:
    """An object as Go's encoder writes the internal type of that name."""
    if type_name == "PodSpec":
        value = _with_host_fields(value)
    return {field.go_name: _field_form(field, value.get(field.json_name)) for field in FIELDS[type_name]}


def internal_diff(type_name: str, old: Object, new: Object) -> str:
    """The unified difference between two objects of an internal type, each as indented JSON; "" when they are equal."""
    before, after = (_lines(type_name, value) for value in (old, new))
    lines = list(difflib.unified_diff(before, after, n=3, lineterm=""))[2:]
    return "".join(f"{line}\n" for line in lines)


def _lines(type_name: str, value: Object) -> list[str]:
    return json.dumps(internal_form(type_name, value), indent=1, ensure_ascii=False).split("\n")


def _with_host_fields(spec: Object) -> Object:
    """The internal type keeps the host's namespaces in the security context."""
    context = {**(spec.get("securityContext") or {}), **{name: spec[name] for name in _HOST_FIELDS if spec.get(name) is not None}}
    return {**spec, "securityContext": context}


def _field_form(field: Field, value: Any) -> Any:
    if field.type in _ZEROS:
        return _ZEROS[field.type] if value is None else _sorted(value)
    if field.type.startswith("[]"):
        return [internal_form(field.type[2:], item) for item in value] if value else None
    if field.type.startswith("*"):
        return None if value is None else internal_form(field.type[1:], value)
    return internal_form(field.type, value or {})


def _sorted(value: Any) -> Any:
    """Maps are printed by key; an empty list or map is kept apart from none by Go but not by the server's decoder."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)} or None
    return value if value != [] else None
