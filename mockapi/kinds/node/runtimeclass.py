"""node.k8s.io/v1 RuntimeClass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import each, grammar, part, under
from mockapi.kinds.podspec.resources import amount_of, container_resource_name
from mockapi.kinds.podspec.scheduling import toleration
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import ROOT, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE, validate_labels
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


def _overhead(overhead: Object) -> Iterator[FieldError]:
    for resource, text in (overhead.get("podFixed") or {}).items():
        yield from under(f"podFixed[{resource}]", container_resource_name(resource))
        yield from under(f"podFixed[{resource}]", amount_of(resource, text))


def _scheduling(scheduling: Object) -> Iterator[FieldError]:
    yield from under("nodeSelector", validate_labels(scheduling.get("nodeSelector") or {}, ROOT))
    yield from part(scheduling, "tolerations", each(toleration))


class RuntimeClassStrategy(Strategy):
    """A way to run containers that nodes may know."""

    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        handler = under("handler", grammar(names.dns1123_label, must=True)(obj.get("handler", "")))
        return [*handler, *part(obj, "overhead", _overhead), *part(obj, "scheduling", _scheduling)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = obj.get("handler") != old.get("handler")
        return [fielderrors.invalid("handler", obj.get("handler", ""), IMMUTABLE)] if changed else []


def _handler(obj: Object, _now: datetime) -> str:
    return str(obj.get("handler", ""))


KIND = Kind(
    group="node.k8s.io",
    version="v1",
    kind="RuntimeClass",
    plural="runtimeclasses",
    namespaced=False,
    strategy=RuntimeClassStrategy(),
    columns=(NAME, Column("Handler", _handler, documented_by="handler"), AGE),
)
