"""core/v1 Secret."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mockapi.kinds.core.keyed_data import data_size_error, immutable_errors, key_errors
from mockapi.machinery.fielderrors import FieldError, invalid, required
from mockapi.machinery.meta import Object, annotations_of
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import age, name
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy, zero_filled
from mockapi.registry.validation import Leaf, Rules

SERVICE_ACCOUNT_TOKEN = "kubernetes.io/service-account-token"
SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name"

# The keys that a typed secret must have (core/v1 SecretType).
_REQUIRED_KEYS = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_JSON_TYPES = ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson")


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

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        if not obj.get("type"):
            obj["type"] = old["type"]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        data = obj.get("data") or {}
        size = sum(len(value) * 3 // 4 - value[-2:].count("=") for value in data.values())
        return _RULES.errors(obj) + data_size_error("data", size) + list(_type_errors(obj, data))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found = [invalid("type", obj["type"], "field is immutable")] if obj["type"] != old["type"] else []
        return found + immutable_errors(obj, old, ("data",)) + self.validate(obj, request)

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return zero_filled({"type": obj.get("type")})


def _type_errors(obj: Object, data: Mapping[str, str]) -> Iterator[FieldError]:
    kind = obj["type"]
    if kind == SERVICE_ACCOUNT_TOKEN and not annotations_of(obj).get(SERVICE_ACCOUNT_NAME):
        yield required(f"metadata.annotations[{SERVICE_ACCOUNT_NAME}]")
    if kind == "kubernetes.io/basic-auth" and not {"username", "password"} & set(data):
        yield required("data[username]")
        yield required("data[password]")
    for key in _REQUIRED_KEYS.get(kind, ()):
        if key not in data:
            yield required(f"data[{key}]")
        elif kind in _JSON_TYPES and not _is_json(data[key]):
            yield invalid(f"data[{key}]", "<secret contents redacted>", "invalid character")


def _is_json(encoded: str) -> bool:
    try:
        json.loads(base64.b64decode(encoded))
    except (binascii.Error, ValueError):
        return False
    return True


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
    columns=(Column("Name", name, format="name"), Column("Type", _type), Column("Data", _count), Column("Age", age)),
)
