"""resource.k8s.io/v1 DeviceClass."""

from __future__ import annotations

from mockapi.kinds.resource.claims import GROUP
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

_MOST = 32


class DeviceClassStrategy(Strategy):
    """A sort of devices that claims may ask for."""

    keeps_generation = True
    revalidates_metadata = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        found = []
        for field in ("selectors", "config"):
            items = obj["spec"].get(field) or []
            if len(items) > _MOST:
                found.append(fielderrors.too_many(f"spec.{field}", len(items), _MOST))
        for position, selector in enumerate(obj["spec"].get("selectors") or ()):
            if not (selector.get("cel") or {}).get("expression"):
                found.append(fielderrors.required(f"spec.selectors[{position}].cel"))
        return found


KIND = Kind(
    group=GROUP,
    version="v1",
    kind="DeviceClass",
    plural="deviceclasses",
    namespaced=False,
    strategy=DeviceClassStrategy(),
    columns=(NAME, AGE),
)
