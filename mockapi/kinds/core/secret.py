"""core/v1 Secret."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mockapi.kinds.core.keyed_data import data_size_error, decoded_size, immutable_errors, key_errors
from mockapi.kinds.core.tls_pair import pair_error
from mockapi.machinery.fielderrors import FieldError, invalid, required
from mockapi.machinery.gotext import json_type_name
from mockapi.machinery.meta import Object, annotations_of
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.schema.syntax import syntax_error
from mockapi.registry.strategy import Strategy, zero_filled
from mockapi.registry.tokens.names import NAME_ANNOTATION, SECRET_TYPE
from mockapi.registry.validation import Leaf, Rules

# The types of core/v1 SecretType that ask something of the data.
_BASIC_AUTH, _SSH_AUTH, _TLS = "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/tls"
_CREDENTIALS = ("username", "password")
_SSH_KEY = "ssh-privatekey"
_TLS_PAIR = ("tls.crt", "tls.key")
_JSON_KEYS = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}


class SecretRules(Rules):
    """What holds for a Secret's keys."""

    data = Leaf(key_errors)


_RULES = SecretRules()


class SecretStrategy(Strategy):
    """Data of a type that cannot change; stringData is written to data and forgotten."""

    def default(self, obj: Object) -> None:
        if not obj.get("type"):
            obj["type"] = "Opaque"
        strings = obj.pop("stringData", None) or {}
        if strings:
            encoded = {key: base64.b64encode(value.encode()).decode() for key, value in strings.items()}
            obj["data"] = {**(obj.get("data") or {}), **encoded}

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        data = obj.get("data") or {}
        return [*_RULES.errors(obj), *data_size_error("data", decoded_size(data)), *_type_errors(obj, data)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = [invalid("type", obj["type"], IMMUTABLE)] if obj["type"] != old["type"] else []
        changed += immutable_errors(obj, old, ("data",))
        return [*changed, *self.validate_metadata(obj, True), *self.validate(obj, request)]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if obj["type"] != _TLS:
            return []
        certificate, key = (base64.b64decode(obj["data"][name]) for name in _TLS_PAIR)
        wrong = pair_error(certificate, key)
        return [wrong] if wrong else []

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return zero_filled({"type": obj.get("type")})


def _type_errors(obj: Object, data: Mapping[str, str]) -> Iterator[FieldError]:
    kind = obj["type"]
    if kind == SECRET_TYPE and not annotations_of(obj).get(NAME_ANNOTATION):
        yield required(f"metadata.annotations[{NAME_ANNOTATION}]")
    if kind == _BASIC_AUTH and not any(key in data for key in _CREDENTIALS):
        yield from (required(f"data[{key}]") for key in _CREDENTIALS)
    if kind == _SSH_AUTH and not data.get(_SSH_KEY):
        yield required(f"data[{_SSH_KEY}]")
    if kind == _TLS:
        yield from (required(f"data[{key}]") for key in _TLS_PAIR if key not in data)
    if kind in _JSON_KEYS:
        yield from _json_errors(_JSON_KEYS[kind], data)


def _json_errors(key: str, data: Mapping[str, str]) -> Iterator[FieldError]:
    """Credentials for registries are a JSON object; null will do for one."""
    if key not in data:
        yield required(f"data[{key}]")
        return
    text = base64.b64decode(data[key])
    wrong = syntax_error(text)
    if wrong is None and not isinstance(value := json.loads(text), dict | None):
        wrong = f"json: cannot unmarshal {json_type_name(value)} into Go value of type map[string]interface {{}}"
    if wrong is not None:
        yield invalid(f"data[{key}]", "<secret contents redacted>", wrong)


def _type(obj: Object, _now: datetime) -> Any:
    return obj.get("type", "")


def _count(obj: Object, _now: datetime) -> Any:
    return len(obj.get("data") or ())


KIND = Kind(
    group="",
    version="v1",
    kind="Secret",
    plural="secrets",
    strategy=SecretStrategy(),
    columns=(NAME, Column("Type", _type, documented_by="type"), Column("Data", _count, documented_by="data"), AGE),
)
