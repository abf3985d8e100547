"""Messages that JSON writes otherwise than as an object of their fields: times, quantities, lists, JSON within a message."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from mockapi.machinery.meta import Object
from mockapi.registry.schema.report import DecodeError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZERO = datetime(1, 1, 1, tzinfo=UTC)
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_CRD = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
_INT, _STRING = range(2)


def _time(fields: Object) -> str | None:
    """Whole seconds: the nanoseconds of a metav1.Time are dropped."""
    moment = _moment(fields, 0)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0") if moment else None


def _micro_time(fields: Object) -> str | None:
    moment = _moment(fields, fields.get("nanos", 0) // 1000)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}".rjust(27, "0") if moment else None


def _moment(fields: Object, microseconds: int) -> datetime | None:
    """None for a message without fields, and for Go's zero time."""
    try:
        moment = _EPOCH + timedelta(seconds=fields.get("seconds", 0), microseconds=microseconds)
    except OverflowError:
        raise DecodeError("Time.MarshalJSON: year outside of range [0,9999]") from None
    return moment if fields and moment != _ZERO else None


def _int_or_string(fields: Object) -> int | str:
    kind = fields.get("type", _INT)
    if kind not in (_INT, _STRING):
        raise DecodeError("impossible IntOrString.Type")
    value: int | str = fields.get("strVal", "") if kind == _STRING else fields.get("intVal", 0)
    return value


def _quantity(fields: Object) -> str:
    return str(fields.get("string", "0"))


def _items(fields: Object) -> list[Any]:
    return list(fields.get("items", []))


def _json(name: str) -> Callable[[Object], Any]:
    """JSON in the bytes of the named field; null when there are none."""

    def convert(fields: Object) -> Any:
        raw = base64.b64decode(fields.get(name, ""))
        try:
            return orjson.loads(raw) if raw else None
        except orjson.JSONDecodeError as error:
            raise DecodeError(str(error)) from None

    return convert


def _one_or(name: str, zero: Any) -> Callable[[Object], Any]:
    """A schema, or what the named field holds."""
    return lambda fields: fields.get(name) or fields.get("schema", zero)


def _schema_or_bool(fields: Object) -> Any:
    return fields.get("schema", fields.get("allows", False))


SPECIAL: dict[str, Callable[[Object], Any]] = {
    f"{_META}.Time": _time,
    f"{_META}.MicroTime": _micro_time,
    f"{_META}.Verbs": _items,
    f"{_META}.FieldsV1": _json("Raw"),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": _int_or_string,
    "io.k8s.apimachinery.pkg.api.resource.Quantity": _quantity,
    "io.k8s.apimachinery.pkg.runtime.RawExtension": _json("raw"),
    "io.k8s.api.authentication.v1.ExtraValue": _items,
    "io.k8s.api.authorization.v1.ExtraValue": _items,
    "io.k8s.api.certificates.v1.ExtraValue": _items,
    f"{_CRD}.JSON": _json("raw"),
    f"{_CRD}.JSONSchemaPropsOrBool": _schema_or_bool,
    f"{_CRD}.JSONSchemaPropsOrArray": _one_or("jSONSchemas", None),
    f"{_CRD}.JSONSchemaPropsOrStringArray": _one_or("property", None),
}
"""What the value in JSON is, by the message's fields."""


@lru_cache(4096)
def _moment_fields(text: str) -> Object | None:
    """Of Go's zero time nothing is written."""
    since = datetime.fromisoformat(text) - _EPOCH
    if since == _ZERO - _EPOCH:
        return None
    return {"seconds": since.days * 86400 + since.seconds, "nanos": since.microseconds * 1000}


def _int_or_string_fields(value: int | str) -> Object:
    return {"type": _STRING, "strVal": value} if isinstance(value, str) else {"type": _INT, "intVal": value}


def _schema_or_bool_fields(value: Object | bool) -> Object:
    return {"allows": value} if isinstance(value, bool) else {"allows": True, "schema": value}


def _field(name: str) -> Callable[[Any], Object]:
    return lambda value: {name: value}


def _json_fields(name: str) -> Callable[[Any], Object]:
    return lambda value: {name: orjson.dumps(value)}


def _schema_or_fields(name: str) -> Callable[[Any], Object]:
    return lambda value: {"schema" if isinstance(value, dict) else name: value}


SPECIAL_FIELDS: dict[str, Callable[[Any], Object | None]] = {
    f"{_META}.Time": _moment_fields,
    f"{_META}.MicroTime": _moment_fields,
    f"{_META}.Verbs": _field("items"),
    f"{_META}.FieldsV1": _json_fields("Raw"),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": _int_or_string_fields,
    "io.k8s.apimachinery.pkg.api.resource.Quantity": _field("string"),
    "io.k8s.apimachinery.pkg.runtime.RawExtension": _json_fields("raw"),
    "io.k8s.api.authentication.v1.ExtraValue": _field("items"),
    "io.k8s.api.authorization.v1.ExtraValue": _field("items"),
    "io.k8s.api.certificates.v1.ExtraValue": _field("items"),
    f"{_CRD}.JSON": _json_fields("raw"),
    f"{_CRD}.JSONSchemaPropsOrBool": _schema_or_bool_fields,
    f"{_CRD}.JSONSchemaPropsOrArray": _schema_or_fields("jSONSchemas"),
    f"{_CRD}.JSONSchemaPropsOrStringArray": _schema_or_fields("property"),
}
"""The message's fields, by what the value in JSON is; None for a message without any. `bytes` stand as they are."""
