"""Which pods a service selects, and which services a change of a pod concerns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from mockapi.controllers.service_endpoints import pods
from mockapi.machinery.meta import Key, Object, Objects, key_of, labels_of, namespace_of
from mockapi.machinery.selectors import selector_from_map
from mockapi.reconcile.informer import Informers

_BY_SELECTOR = "selector"


class Selection:
    """Services by their selectors and pods by their labels, both by index."""

    def __init__(self, informers: Informers) -> None:
        self._services = informers.of("services")
        self._pods = informers.of("pods")
        self._services.add_index(_BY_SELECTOR, _first_term)

    def pods(self, service: Object) -> Objects:
        """The pods that a service with a selector selects."""
        return self._pods.matching(namespace_of(service), selector_from_map(service["spec"]["selector"]))

    def concerned(self, pod: Object, previous: Object | None) -> Iterable[Key]:
        """The keys of the services whose endpoints a change of a pod may alter."""
        if previous is None:
            return self._selecting(pod)
        changed = pods.endpoint_changed(pod, previous)
        if not pods.selection_changed(pod, previous):
            return self._selecting(pod) if changed else ()
        after, before = self._selecting(pod), self._selecting(previous)
        return after | before if changed else after ^ before

    def _selecting(self, pod: Object) -> set[Key]:
        return set(self._matches(pod))

    def _matches(self, pod: Object) -> Iterator[Key]:
        labels, namespace = labels_of(pod), namespace_of(pod)
        for term in labels.items():
            for service in self._services.indexed(_BY_SELECTOR, (namespace, *term)):
                if service["spec"]["selector"].items() <= labels.items():
                    yield key_of(service)


def selects(service: Object) -> bool:
    """Whether the service's endpoints are those of pods that it selects."""
    spec = service["spec"]
    return bool(spec.get("selector")) and spec.get("type") != "ExternalName"


def _first_term(service: Object) -> Iterable[Hashable]:
    """One label that all selected pods carry, under which a pod's labels find the service."""
    selector = service["spec"].get("selector")
    return [(namespace_of(service), *min(selector.items()))] if selector else []
