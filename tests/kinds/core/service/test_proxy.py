from typing import Any

from mockapi.kinds.core.service.kind import KIND
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key
from tests.kinds.core.service.builders import refusal, service, store
from tests.kinds.support import Store

SLICE = {
    "metadata": {"name": "web-abc", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}},
    "endpoints": [{"addresses": ["10.244.0.5"], "targetRef": {"kind": "Pod", "name": "web-1", "namespace": "default"}}],
    "ports": [{"name": "", "port": 8080}],
}


def answer(services: Store, name: str) -> StatusError:
    proxy = KIND.subresource("proxy")
    handler: Any = proxy.handler("get") if proxy else None
    return refusal(handler, None, Key("default", name), {}, services.new_request())


def test_missing_services_and_endpoints() -> None:
    services = store()
    services.create(service("web"))
    assert (answer(services, "absent").code, answer(services, "absent").message) == (404, 'services "absent" not found')
    assert answer(services, "web:80").message == 'no endpoints available for service "web"'


def test_a_real_target_is_named_but_not_answered_for() -> None:
    services = store()
    services.create(service("web"))
    services.others = {
        ("endpointslices.discovery.k8s.io", Key("default", "web-abc")): SLICE,
        ("pods", Key("default", "web-1")): {"status": {"podIPs": [{"ip": "10.244.0.5"}]}},
    }
    failure = answer(services, "web")
    assert (failure.code, failure.reason) == (501, "NotImplemented")
    assert "10.244.0.5:8080" in failure.message
