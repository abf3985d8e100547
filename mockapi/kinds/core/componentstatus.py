"""core/v1 ComponentStatus: whether the parts of the control plane live. Nothing is stored: each answer looks anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object
from mockapi.registry.columns import NAME
from mockapi.registry.kind import Column, Kind

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources

_STORE = "etcd-0"
# The ports at which a real API server asks.
_PORTS = {"controller-manager": 10257, "scheduler": 10259}
_HEALTHY = "Healthy"


def _status(resources: Resources, component: str) -> Object:
    meta = {"kind": "ComponentStatus", "apiVersion": "v1", "metadata": {"name": component}}
    if component == _STORE:
        resources.database.cache.catch_up()
    elif not resources.database.is_led():
        address = f"127.0.0.1:{_PORTS[component]}"
        failure = f'Get "https://{address}/healthz": dial tcp {address}: connect: connection refused'
        return {**meta, "conditions": [{"type": _HEALTHY, "status": "False", "message": failure}]}
    return {**meta, "conditions": [{"type": _HEALTHY, "status": "True", "message": "ok"}]}


def _list(resources: Resources, _key: Key, _body: Object, _request: Request) -> Object:
    return {"items": [_status(resources, component) for component in sorted((*_PORTS, _STORE))]}


def _get(resources: Resources, key: Key, _body: Object, _request: Request) -> Object:
    if key.name not in {*_PORTS, _STORE}:
        raise errors.not_found("componentstatuses", "", key.name)
    return _status(resources, key.name)


def _condition(field: str) -> Callable[[Object, datetime], str]:
    def cell(obj: Object, _now: datetime) -> str:
        return str(obj["conditions"][0].get(field, ""))

    return cell


def _verdict(obj: Object, _now: datetime) -> str:
    return _HEALTHY if obj["conditions"][0]["status"] == "True" else f"Un{_HEALTHY.lower()}"


KIND = Kind(
    group="",
    version="v1",
    kind="ComponentStatus",
    plural="componentstatuses",
    namespaced=False,
    short_names=("cs",),
    verbs=("get", "list"),
    deprecation="v1 ComponentStatus is deprecated in v1.19+",
    handlers=(("get", _get), ("list", _list)),
    columns=(
        NAME,
        Column("Status", _verdict, description="Whether the component lives."),
        Column("Message", _condition("message"), description="What the component says."),
        Column("Error", _condition("error"), description="Why the component could not be asked."),
    ),
)
