from typing import Any

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.network.service_proxy import Target, parse, resolve

SERVICE = {"metadata": {"name": "web"}, "spec": {"ports": [{"name": "http", "port": 80}, {"name": "alt", "port": 8080}]}}
PODS = {"web-1": "10.244.0.5", "web-2": "10.244.0.6"}


def pod(name: str) -> Object | None:
    return {"status": {"podIPs": [{"ip": PODS[name]}]}} if name in PODS else None


def endpoint(name: str, ip: str, *, ready: bool | None = True, namespace: str = "default") -> Object:
    return {"addresses": [ip], "conditions": {"ready": ready}, "targetRef": {"kind": "Pod", "name": name, "namespace": namespace}}


def endpoints(*items: Object, port: str = "http") -> Object:
    return {"metadata": {"namespace": "default"}, "endpoints": list(items) or None, "ports": [{"name": port, "port": 8000}]}


def resolved(text: str, *slices: Object) -> Target:
    return resolve(parse(text), SERVICE, list(slices), pod, lambda count: count - 1)


@pytest.mark.parametrize("text", ["web:http", "web:80", ":web:http"])
def test_ports_by_name_and_number(text: str) -> None:
    assert resolved(text, endpoints(endpoint("web-1", "10.244.0.5"))) == Target("", "10.244.0.5", 8000, "web-1")


def test_scheme_and_unset_readiness() -> None:
    target = resolved("https:web:http", endpoints(endpoint("web-1", "10.244.0.5"), endpoint("web-2", "10.244.0.6", ready=None)))
    assert target == Target("https", "10.244.0.6", 8000, "web-2")


@pytest.mark.parametrize("text", ["ftp:web:80", "a:b:c:d"])
def test_unreadable_names(text: str) -> None:
    with pytest.raises(StatusError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.message) == (400, f'invalid service request "{text}"')


@pytest.mark.parametrize(
    ("text", "slices", "message"),
    [
        ("web:http", [], 'no endpoints available for service "web"'),
        ("web:nope", [endpoints()], 'no endpoints available for service "web"'),
        ("web:9999", [], 'no service port 9999 found for service "web"'),
        ("web:nope", [endpoints(endpoint("web-1", "10.244.0.5"))], 'no endpoints available for service "web:nope"'),
        ("web:http", [endpoints(endpoint("web-1", "10.244.0.5", ready=False))], 'no endpoints available for service "web:http"'),
        ("web:http", [endpoints(endpoint("web-1", "10.244.0.9"))], 'no endpoints available for service "web:http"'),
        ("web:http", [endpoints(endpoint("gone", "10.244.0.5"))], 'no endpoints available for service "web:http"'),
        ("web:http", [endpoints(endpoint("web-1", "10.244.0.5", namespace="other"))], 'no endpoints available for service "web:http"'),
    ],
)
def test_nowhere_to_go(text: str, slices: list[Any], message: str) -> None:
    with pytest.raises(StatusError) as caught:
        resolved(text, *slices)
    assert (caught.value.code, caught.value.reason, caught.value.message) == (503, "ServiceUnavailable", message)
