"""storage.k8s.io/v1 CSIDriver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from mockapi.kinds.podspec.checks import part, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE, UNSET, joined
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

_DEFAULTS: dict[str, Any] = {
    "attachRequired": True,
    "podInfoOnMount": False,
    "storageCapacity": False,
    "fsGroupPolicy": "ReadWriteOnceWithFSType",
    "requiresRepublish": False,
    "seLinuxMount": False,
}
_GROUP_POLICIES = ("ReadWriteOnceWithFSType", "File", "None")
_MODES = ("Persistent", "Ephemeral")
_SHORTEST_TOKEN = 600


def driver_name(value: str) -> Iterator[FieldError]:
    """The name of a CSI driver."""
    if not value:
        yield fielderrors.required("")
        return
    if names.size(value) > 63:
        yield fielderrors.too_long("", 63)
    yield from (fielderrors.invalid("", value, message) for message in names.dns1123_subdomain(value.lower()))


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    if spec["fsGroupPolicy"] not in _GROUP_POLICIES:
        yield fielderrors.not_supported("fsGroupPolicy", spec["fsGroupPolicy"], _GROUP_POLICIES)
    seen: set[str] = set()
    for position, token in enumerate(spec.get("tokenRequests") or ()):
        audience = token.get("audience", "")
        if audience in seen:
            yield fielderrors.duplicate("audience", audience)
        seen.add(audience)
        yield from under(f"tokenRequests[{position}]", part(token, "expirationSeconds", _expiration))
    for mode in spec.get("volumeLifecycleModes") or ():
        if mode not in _MODES:
            yield fielderrors.not_supported("volumeLifecycleModes", mode, _MODES)


def _expiration(seconds: int) -> Iterator[FieldError]:
    if seconds < _SHORTEST_TOKEN:
        yield fielderrors.invalid("", seconds, "may not specify a duration less than 10 minutes")


class CSIDriverStrategy(Strategy):
    """A storage driver that nodes may run."""

    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec.update({field: value for field, value in _DEFAULTS.items() if spec.get(field) is None})
        if not spec.get("volumeLifecycleModes"):
            spec["volumeLifecycleModes"] = [_MODES[0]]

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        return [*super().validate_metadata(obj, namespaced), *under("metadata.name", driver_name(obj["metadata"].get("name", "")))]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        spec, before = obj["spec"], old["spec"]
        changed = [field for field in ("attachRequired", "volumeLifecycleModes") if spec.get(field) != before.get(field)]
        return [*self.validate(obj, request), *(fielderrors.invalid(f"spec.{field}", spec.get(field), IMMUTABLE) for field in changed)]


def _flag(field: str) -> Callable[[Object, datetime], bool]:
    return lambda obj, _now: bool(obj["spec"].get(field))


def _tokens(obj: Object, _now: datetime) -> str:
    requests = obj["spec"].get("tokenRequests")
    return UNSET if requests is None else joined(request.get("audience", "") for request in requests)


def _modes(obj: Object, _now: datetime) -> str:
    return joined(obj["spec"].get("volumeLifecycleModes") or ()) or NONE


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIDriver",
    plural="csidrivers",
    namespaced=False,
    strategy=CSIDriverStrategy(),
    columns=(
        NAME,
        Column("AttachRequired", _flag("attachRequired"), type="boolean", documented_by="spec.attachRequired"),
        Column("PodInfoOnMount", _flag("podInfoOnMount"), type="boolean", documented_by="spec.podInfoOnMount"),
        Column("StorageCapacity", _flag("storageCapacity"), type="boolean", documented_by="spec.storageCapacity"),
        Column("TokenRequests", _tokens, documented_by="spec.tokenRequests"),
        Column("RequiresRepublish", _flag("requiresRepublish"), type="boolean", documented_by="spec.requiresRepublish"),
        Column("Modes", _modes, documented_by="spec.volumeLifecycleModes"),
        AGE,
    ),
)
