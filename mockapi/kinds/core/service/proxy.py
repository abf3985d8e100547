"""services/proxy: finding out where a request through the API server would go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, labels_of
from mockapi.network import service_proxy
from mockapi.registry.request import Request
from mockapi.registry.subresource import Subresource

if TYPE_CHECKING:
    from mockapi.registry.resources import Resources

_SLICES = "endpointslices.discovery.k8s.io"
_SERVICE_NAME = "kubernetes.io/service-name"
_VERBS = ("create", "delete", "get", "patch", "update")


def _connect(_resources: Resources, key: Key, _body: Object, request: Request) -> Object:
    """Always raises StatusError: 400, 404 or 503 when there is nowhere to go, else 501, for no program listens in pods."""
    raise _outcome(key, request)


def _outcome(key: Key, request: Request) -> StatusError:
    asked = service_proxy.parse(key.name)
    service = request.read("services", Key(key.namespace, asked.service))
    if service is None:
        return errors.not_found("services", "", asked.service)
    slices = [each for each in request.read_all(_SLICES, key.namespace) if labels_of(each).get(_SERVICE_NAME) == asked.service]
    target = service_proxy.resolve(asked, service, slices, lambda pod: request.read("pods", Key(key.namespace, pod)), request.identity.pick)
    return errors.unsupported(
        f'the simulated pod "{target.pod}" runs no program that could answer at {target.address}:{target.port}; proxying is not supported'
    )


PROXY = Subresource("proxy", verbs=_VERBS, kind="ServiceProxyOptions", handlers=tuple((verb, _connect) for verb in _VERBS), connects=True)
