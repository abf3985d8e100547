"""Request bodies: their size, their media type and their text."""

from __future__ import annotations

from typing import Any

import orjson

from mockapi.machinery.errors import StatusError, bad_request, unexplained
from mockapi.machinery.meta import Object
from mockapi.registry.body import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Body, Patch, cannot_be_handled
from mockapi.registry.kind import Kind
from mockapi.registry.options import APPLY_PATCH, DeleteOptions, delete_options, delete_options_of
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.duplicates import parse_json
from mockapi.registry.schema.protobuf import decode as protobuf
from mockapi.registry.schema.report import DecodeError
from mockapi.registry.schema.yamltext import parse_yaml
from mockapi.web.exchange import JSON, PROTOBUF, YAML, Call

# What kube-apiserver takes at most, and shows at most of a body that it cannot read.
LIMIT = 3 * 1024 * 1024
_SHOWN = 30

_PATCH_TYPES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH)
_DELETE_OPTIONS = {"apiVersion": "v1", "kind": "DeleteOptions"}
_CUSTOM_PATCH_TYPES = (JSON_PATCH, MERGE_PATCH, APPLY_PATCH)
_TYPE_STRUCT = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'


def read(call: Call) -> bytes:
    """The body's bytes. StatusError 413 when there are too many."""
    data = call.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise StatusError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LIMIT}")
    return data


def object_body(call: Call, kind: Kind, definitions: Definitions) -> Body:
    """The body of a POST or PUT. StatusError 400, 413 or 415."""
    default = {"apiVersion": kind.api_version, "kind": kind.kind}
    media_type = _body_type(call, default, definitions)
    data = read(call)
    try:
        value, problems = _parsed(data, media_type, default, definitions)
        _check_type_fields(value)
        if kind.codec is not None:
            _check_type_is_given(value, data if media_type == JSON else orjson.dumps(value))
    except protobuf.UnreadableObjectError as error:
        raise cannot_be_handled(error.type_meta, kind, str(error)) from error
    except DecodeError as error:
        sentence = f"the object provided is unrecognized (must be of type {kind.kind}): {error} ({_summary(data)})"
        raise bad_request(sentence) from error
    return Body({} if value is None else value, problems, data if media_type == JSON else b"")


def patch_type(call: Call, kind: Kind | None = None) -> str:
    """The media type of a PATCH. StatusError 415 in the router's form, or for custom resources in the serializer's."""
    media_type = call.headers.get("Content-Type", "").partition(";")[0].strip()
    if kind is not None and kind.codec is not None and media_type not in _CUSTOM_PATCH_TYPES:
        raise _unknown_format(_CUSTOM_PATCH_TYPES)
    if media_type not in _PATCH_TYPES:
        raise StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})
    return media_type


def patch_body(call: Call, media_type: str) -> Patch:
    """The body of a PATCH. StatusError 400 or 413."""
    try:
        value, problems = parse_json(read(call))
    except DecodeError as error:
        prefix = "" if media_type == STRATEGIC_MERGE_PATCH else "error decoding patch: "
        raise bad_request(f"{prefix}{error}") from error
    return Patch(media_type, value, problems)


def deletion(call: Call, definitions: Definitions) -> DeleteOptions:
    """The options of a DELETE, from its body if there is one, else from its query. StatusError 400, 413, 415, 422 or 500."""
    data = read(call)
    if not data:
        return delete_options(call.query)
    try:
        media_type = _body_type(call, _DELETE_OPTIONS, definitions)
        value, _ = _parsed(data, media_type, _DELETE_OPTIONS, definitions)
    except DecodeError as error:
        raise unexplained(str(error)) from error
    return delete_options_of(value)


def _body_type(call: Call, default: Object, definitions: Definitions) -> str:
    """The media type of a body that holds, unless it says otherwise, the default type. StatusError 415."""
    given = call.headers.get("Content-Type", "")
    media_type = given.partition(";")[0].strip().lower()
    if not given:
        return JSON
    if media_type in {JSON, YAML}:
        return media_type
    if media_type == PROTOBUF and protobuf.is_known(definitions, **default):
        return media_type
    accepted = (JSON, YAML) if media_type == PROTOBUF else (JSON, YAML, PROTOBUF)
    raise _unknown_format(accepted)


def _unknown_format(accepted: tuple[str, ...]) -> StatusError:
    sentence = "the body of the request was in an unknown format - accepted media types include: " + ", ".join(accepted)
    return StatusError(415, "UnsupportedMediaType", sentence)


def _parsed(data: bytes, media_type: str, default: Object, definitions: Definitions) -> tuple[Any, list[str]]:
    if media_type == PROTOBUF:
        return protobuf.decode(data, definitions, default), []
    if media_type == YAML:
        return parse_yaml(data)
    try:
        return parse_json(data)
    except DecodeError as error:
        raise DecodeError(f"couldn't get version/kind; json parse error: {error}") from error


def _check_type_fields(value: Any) -> None:
    """DecodeError when not even apiVersion and kind can be read."""
    if value is None:
        return
    if not isinstance(value, dict):
        raise _unreadable(value, f"value of type {_TYPE_STRUCT}")
    for name in ("apiVersion", "kind"):
        if not isinstance(value.get(name, ""), str | None):
            raise _unreadable(value[name], f"struct field .{name} of type string")


def _check_type_is_given(value: Any, text: bytes) -> None:
    """DecodeError when a custom resource does not say what it is."""
    for field, named in (("kind", "Kind"), ("apiVersion", "apiVersion")):
        if not (value or {}).get(field):
            shown = text.decode("utf-8", "replace")
            raise DecodeError(f"Object '{named}' is missing in '{shown}'")


def _unreadable(value: Any, where: str) -> DecodeError:
    named = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}[type(value)]
    return DecodeError(f"couldn't get version/kind; json parse error: json: cannot unmarshal {named} into Go {where}")


def _summary(data: bytes) -> str:
    if not data:
        return "<empty>"
    shown = data[:_SHOWN]
    text = shown.decode("utf-8", "replace") if data.startswith(b"{") else shown.hex()
    return text + (" ..." if len(data) > _SHOWN else "")
