"""core/v1 ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mockapi.kinds.core.keyed_data import data_size_error, decoded_size, immutable_errors, key_errors
from mockapi.machinery.fielderrors import FieldError, invalid
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.validation import Leaf, Rules, rule


class ConfigMapRules(Rules):
    """What holds for the two maps of a ConfigMap."""

    data = Leaf()
    binaryData = Leaf(key_errors)  # noqa: N815 (fields of the API keep their names)

    @rule("data")
    def keys(self, obj: Object) -> Iterator[FieldError]:
        """A key stands in one of the maps only."""
        binary = obj.get("binaryData") or {}
        for key in obj.get("data") or {}:
            yield from key_errors({key: None})
            if key in binary:
                yield invalid(f"[{key}]", key, "duplicate of key present in binaryData")


_RULES = ConfigMapRules()


class ConfigMapStrategy(Strategy):
    """Data that may be made immutable."""

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        size = sum(len(value.encode()) for value in (obj.get("data") or {}).values())
        size += decoded_size(obj.get("binaryData") or {})
        return _RULES.errors(obj) + data_size_error("[]", size)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = immutable_errors(obj, old, ("data", "binaryData"))
        return [*changed, *self.validate_metadata(obj, True), *self.validate(obj, request)]


def _count(obj: Object, _now: datetime) -> Any:
    return len(obj.get("data") or ()) + len(obj.get("binaryData") or ())


KIND = Kind(
    group="",
    version="v1",
    kind="ConfigMap",
    plural="configmaps",
    short_names=("cm",),
    strategy=ConfigMapStrategy(),
    columns=(NAME, Column("Data", _count, documented_by="data"), AGE),
)
