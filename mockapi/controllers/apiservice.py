"""APIServices: each version of a group that is served has one, and each tells whether it can be reached (KEP-3352, kube-aggregator)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mockapi.machinery.clock import timestamp
from mockapi.machinery.conditions import with_condition
from mockapi.machinery.meta import Key, Object, labels_of, name_of, namespace_of
from mockapi.reconcile.controller import Controller, Watch, own_key
from mockapi.registry.definitions import RESOURCE as DEFINITIONS
from mockapi.registry.priorities import OF_CUSTOM, OWN_GROUP, Priority, priority

_RESOURCE = "apiservices.apiregistration.k8s.io"
_MANAGED = "kube-aggregator.kubernetes.io/automanaged"
# The Services of groups that servers behind the API server would add; here the API server answers for them itself.
_AGGREGATED = {"metrics.k8s.io": Key("kube-system", "metrics-server")}
# The label's values: made once at the start, for what is built in, or kept as it should be.
_ON_START, _ALWAYS = "onstart", "true"


class _Wanted(NamedTuple):
    """What is served. `managed` is the value of the label _MANAGED, "" for what people would have registered."""

    group: str
    version: str
    priority: Priority
    managed: str


class _Verdict(NamedTuple):
    """The condition Available: its status, reason and message."""

    status: str
    reason: str
    message: str


class APIServices(Controller):
    """Registers what the server serves itself; what a service would serve is not passed on to it. Keys are APIServices."""

    name = "apiservice-registration"
    component = "kube-apiserver"

    def seeds(self) -> Iterable[Key]:
        return [Key("", name) for name in self._built_in()]

    def watches(self) -> Mapping[str, Watch]:
        return {_RESOURCE: own_key, DEFINITIONS: _of_definition, "services": self._of_service}

    def reconcile(self, key: Key) -> float | None:
        present, custom = self.client.get(_RESOURCE, "", key.name), self._custom(key.name)
        wanted = custom or self._built_in().get(key.name)
        if present is None:
            self._register(key.name, wanted)
        elif wanted is None and labels_of(present).get(_MANAGED) == _ALWAYS:
            self.client.delete(_RESOURCE, "", key.name)
        else:
            self._tell(present)
        return None

    def _built_in(self) -> dict[str, _Wanted]:
        """By name, what is served whatever definitions say."""
        found = {(kind.group, kind.version) for kind in self.client.resources.catalogue.kinds if kind.codec is None or kind.own_codec}
        return {
            f"{version}.{group}": _Wanted(group, version, priority(group, version), "" if group in _AGGREGATED else _ON_START)
            for group, version in sorted(found)
            if group != OWN_GROUP
        }

    def _custom(self, name: str) -> _Wanted | None:
        """The version of this name, if a definition serves it."""
        version, _, group = name.partition(".")
        definitions = self.informers.of(DEFINITIONS).list()
        served = any(name in _names(definition) for definition in definitions)
        return _Wanted(group, version, OF_CUSTOM, _ALWAYS) if served else None

    def _register(self, name: str, wanted: _Wanted | None) -> None:
        if wanted is None:
            return
        spec: Object = {
            "version": wanted.version,
            "groupPriorityMinimum": wanted.priority.group,
            "versionPriority": wanted.priority.version,
        }
        if wanted.group:
            spec["group"] = wanted.group
        service = _AGGREGATED.get(wanted.group)
        if service is not None:
            spec |= {"service": {"namespace": service.namespace, "name": service.name}, "insecureSkipTLSVerify": True}
        meta = {"name": name, "labels": {_MANAGED: wanted.managed} if service is None else {"k8s-app": service.name}}
        self.client.create(_RESOURCE, {"apiVersion": f"{OWN_GROUP}/v1", "kind": "APIService", "metadata": meta, "spec": spec})

    def _tell(self, obj: Object) -> None:
        before = (obj.get("status") or {}).get("conditions")
        conditions = with_condition(before, "Available", *self._verdict(obj), timestamp(self.clock.now()))
        if conditions != before:
            self.client.update_status(_RESOURCE, {**obj, "status": {**(obj.get("status") or {}), "conditions": conditions}})

    def _verdict(self, obj: Object) -> _Verdict:
        service = obj["spec"].get("service")
        if service is None:
            return _Verdict("True", "Local", "Local APIServices are always available")
        if obj["spec"].get("group") in self.toolbox.cluster.aggregated:
            return _Verdict("True", "Passed", "all checks passed")
        if self.client.get("services", service["namespace"], service["name"]) is None:
            return _Verdict("False", "ServiceNotFound", f'service/{service["name"]} in "{service["namespace"]}" is not present')
        return _Verdict("False", "FailedDiscoveryCheck", "requests are not passed on to services: aggregation is not simulated")

    def _of_service(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        place = (namespace_of(obj), name_of(obj))
        for each in self.informers.of(_RESOURCE).list():
            service = each["spec"].get("service") or {}
            if (service.get("namespace"), service.get("name")) == place:
                yield Key("", name_of(each))


def _of_definition(obj: Object, previous: Object | None) -> Iterable[Key]:
    return {Key("", name) for state in (obj, previous) if state is not None for name in _names(state)}


def _names(definition: Object) -> list[str]:
    """The APIServices of the versions that a definition serves."""
    spec = definition["spec"]
    return [f"{version['name']}.{spec['group']}" for version in spec["versions"] if version.get("served")]
