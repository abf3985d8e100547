"""resource.k8s.io/v1 ResourceSlice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from mockapi.kinds.podspec.checks import grammar, under
from mockapi.kinds.resource.claims import GROUP
from mockapi.kinds.storage.csidriver import driver_name
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy, zero_filled

_PLACES = ("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection")
_FIXED = ("driver", "nodeName")


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    pool, places = spec.get("pool") or {}, [field for field in _PLACES if spec.get(field)]
    yield from under("driver", driver_name(spec.get("driver", "")))
    if not pool.get("name"):
        yield fielderrors.required("pool.name")
    if pool.get("resourceSliceCount", 0) <= 0:
        yield fielderrors.invalid("pool.resourceSliceCount", pool.get("resourceSliceCount", 0), "must be greater than zero")
    if len(places) != 1:
        choices = ", ".join(f"`{field}`" for field in _PLACES)
        sentence = f"exactly one of {choices} is required"
        several = fielderrors.invalid("", None, f"{sentence}, but multiple fields are set")
        yield several if places else fielderrors.required("", sentence)
    for position, device in enumerate(spec.get("devices") or ()):
        yield from under(f"devices[{position}].name", grammar(names.dns1123_label, must=True)(device.get("name", "")))


class ResourceSliceStrategy(Strategy):
    """Devices that a driver offers."""

    keeps_generation = True
    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        spec, before = obj["spec"], old["spec"]
        changed = [field for field in _FIXED if spec.get(field) != before.get(field)]
        return [*self.validate(obj, request), *(fielderrors.invalid(f"spec.{field}", spec.get(field), IMMUTABLE) for field in changed)]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return zero_filled({f"spec.{field}": (obj.get("spec") or {}).get(field) for field in ("driver", "nodeName")})

    def selector_refusal(self, field: str) -> str:
        return f"field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: {field}"


def _node(obj: Object, _now: datetime) -> str:
    return str(obj["spec"].get("nodeName") or "")


def _driver(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["driver"])


def _pool(obj: Object, _now: datetime) -> str:
    return str(obj["spec"]["pool"]["name"])


KIND = Kind(
    group=GROUP,
    version="v1",
    kind="ResourceSlice",
    plural="resourceslices",
    namespaced=False,
    strategy=ResourceSliceStrategy(),
    columns=(
        NAME,
        Column("Node", _node, documented_by="spec.nodeName"),
        Column("Driver", _driver, documented_by="spec.driver"),
        Column("Pool", _pool, documented_by="spec.pool.name"),
        AGE,
    ),
)
