from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

INGRESSES = "ingresses.networking.k8s.io"
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
LABEL = "a lowercase RFC 1123 label must consist"
SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist"
WILDCARD = "a wildcard DNS-1123 subdomain must start with '*.'"


def ingress(name: str = "web", annotations: Object | None = None, **spec: Any) -> Object:
    return {"metadata": {"name": name, "annotations": annotations or {}}, "spec": spec or {"defaultBackend": BACKEND}}


def routed(*paths: Object, **rule: Any) -> Object:
    return ingress(rules=[{**rule, "http": {"paths": list(paths)}}])


def path(path: str | None = "/", kind: str | None = "Prefix", backend: Object | None = None) -> Object:
    return {"path": path, "pathType": kind, "backend": BACKEND if backend is None else backend}


def test_status_and_generation_are_the_servers(api: Api) -> None:
    created = api.create(INGRESSES, {**ingress(), "status": {"loadBalancer": {"ingress": [{"ip": "10.1.1.1"}]}}})
    assert (created["metadata"]["generation"], created["status"]) == (1, {"loadBalancer": {}})
    assert api.patch(INGRESSES, "web", {"metadata": {"labels": {"a": "b"}}})["metadata"]["generation"] == 1
    assert api.patch(INGRESSES, "web", {"spec": {"ingressClassName": "nginx"}})["metadata"]["generation"] == 2
    told = api.patch(INGRESSES, "web", {"status": {"loadBalancer": {"ingress": [{"hostname": "a.b"}]}}, "spec": {"rules": []}}, "status")
    assert (told["metadata"]["generation"], told["status"]) == (2, {"loadBalancer": {"ingress": [{"hostname": "a.b"}]}})


@pytest.mark.parametrize(("spec", "shown"), [({}, "null"), ({"rules": None}, "null"), ({"rules": []}, "[]")])
def test_rules_or_a_default_backend(api: Api, spec: Object, shown: str) -> None:
    sentence = f"spec: Invalid value: {shown}: either `defaultBackend` or `rules` must be specified"
    assert causes(api.create, INGRESSES, {"metadata": {"name": "web"}, "spec": spec}) == [sentence]


def test_an_empty_list_of_rules_is_not_stored(api: Api) -> None:
    assert api.create(INGRESSES, ingress(defaultBackend=BACKEND, rules=[]))["spec"] == {"defaultBackend": BACKEND}
    assert api.patch(INGRESSES, "web", {"spec": {"rules": []}})["metadata"]["generation"] == 1


@pytest.mark.parametrize(
    ("host", "sentences"),
    [
        ("*.example.com", []),
        ("example.com", []),
        ("*", [WILDCARD]),
        ("a.*.com", [WILDCARD]),
        ("Example.com", [SUBDOMAIN]),
        ("example.com:80", [SUBDOMAIN]),
        ("192.0.2.1", ["must be a DNS name, not an IP address"]),
        ("2001:db8::1", ["must be a DNS name, not an IP address", SUBDOMAIN]),
    ],
)
def test_hosts(api: Api, host: str, sentences: list[str]) -> None:
    sent = ingress(rules=[{"host": host}])
    if not sentences:
        assert api.create(INGRESSES, sent)["spec"]["rules"] == [{"host": host}]
        return
    found = causes(api.create, INGRESSES, sent)
    assert [cause.startswith(f'spec.rules[0].host: Invalid value: "{host}": {text}') for cause, text in zip(found, sentences, strict=True)]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (path("api"), 'path: Invalid value: "api": must be an absolute path'),
        (path("", "Exact"), 'path: Invalid value: "": must be an absolute path'),
        (path("/a//b"), "path: Invalid value: \"/a//b\": must not contain '//'"),
        (path("/a%2Fb"), "path: Invalid value: \"/a%2Fb\": must not contain '%2F'"),
        (path("/a/./b"), "path: Invalid value: \"/a/./b\": must not contain '/./'"),
        (path("/a/.."), "path: Invalid value: \"/a/..\": cannot end with '/..'"),
        (path("a", "ImplementationSpecific"), 'path: Invalid value: "a": must be an absolute path'),
        (path("/", None), "pathType: Required value: pathType must be specified"),
        (path("x", "prefix"), 'pathType: Unsupported value: "prefix": supported values: "Exact", "ImplementationSpecific", "Prefix"'),
        (path("/", "", {}), 'pathType: Unsupported value: "": supported values: "Exact", "ImplementationSpecific", "Prefix"'),
    ],
)
def test_paths(api: Api, sent: Object, sentence: str) -> None:
    assert causes(api.create, INGRESSES, routed(sent))[0] == f"spec.rules[0].http.paths[0].{sentence}"


@pytest.mark.parametrize("free", ["", "/a//b/..", "/(.*)"])
def test_controllers_may_read_paths_as_they_like(api: Api, free: str) -> None:
    api.create(INGRESSES, routed(path(free, "ImplementationSpecific")))


def test_a_path_without_a_type_is_not_looked_at_further(api: Api) -> None:
    assert len(causes(api.create, INGRESSES, routed(path("a//b", None, {})))) == 1
    assert causes(api.create, INGRESSES, routed()) == ["spec.rules[0].http.paths: Required value"]


@pytest.mark.parametrize(
    ("backend", "sentences"),
    [
        ({}, [': Invalid value: "": resource or service backend is required']),
        ({**BACKEND, "resource": {"kind": "A", "name": "a"}}, [': Invalid value: "": cannot set both resource and service backends']),
        ({"service": {"name": "web"}}, [": Required value: port name or number is required"]),
        ({"service": {"port": {"number": 1}}}, [".service.name: Required value"]),
        ({"service": {"name": "Web", "port": {"number": 0}}}, [f'.service.name: Invalid value: "Web": {LABEL}', ": Required"]),
        ({"service": {"name": "1-web", "port": {"number": 65536}}}, [".service.port.number: Invalid value: 65536: must be between"]),
        ({"service": {"name": "a", "port": {"name": "a", "number": 1}}}, [': Invalid value: "": cannot set both port name & port number']),
        ({"service": {"name": "a", "port": {"name": "a--b"}}}, ['.service.port.name: Invalid value: "a--b": must not contain']),
        ({"resource": {"apiGroup": "", "kind": "a/b", "name": ".."}}, [
            f'.resource.apiGroup: Invalid value: "": {SUBDOMAIN}',
            ".resource.kind: Invalid value: \"a/b\": may not contain '/'",
            ".resource.name: Invalid value: \"..\": may not be '..'",
        ]),
        ({"resource": {}}, [".resource.kind: Required value", ".resource.name: Required value"]),
    ],
)  # fmt: skip
def test_backends(api: Api, backend: Object, sentences: list[str]) -> None:
    for sent, place in (
        (ingress(defaultBackend=backend), "spec.defaultBackend"),
        (routed(path(backend=backend)), "spec.rules[0].http.paths[0].backend"),
    ):
        found = causes(api.create, INGRESSES, sent)
        assert len(found) == len(sentences)
        assert all(cause.startswith(place + text) for cause, text in zip(found, sentences, strict=True)), found


def test_a_resource_may_be_of_the_core_group(api: Api) -> None:
    backend = api.create(INGRESSES, ingress(defaultBackend={"resource": {"kind": "ConfigMap", "name": "a"}}))["spec"]["defaultBackend"]
    assert backend == {"resource": {"apiGroup": None, "kind": "ConfigMap", "name": "a"}}


def test_tls(api: Api) -> None:
    api.create(INGRESSES, ingress("fine", defaultBackend=BACKEND, tls=[{}, {"hosts": ["10.0.0.1", "*.a.b"], "secretName": "a.b"}]))
    found = causes(api.create, INGRESSES, ingress(defaultBackend=BACKEND, tls=[{"hosts": ["", "*"], "secretName": "A"}]))
    assert [cause.split(":")[0] for cause in found] == ["spec.tls[0].hosts[0]", "spec.tls[0].hosts[1]", "spec.tls[0].secretName"]


def test_class_by_field_and_annotation(api: Api) -> None:
    note = {"kubernetes.io/ingress.class": "nginx"}
    assert causes(api.create, INGRESSES, ingress(annotations=note, defaultBackend=BACKEND, ingressClassName="other")) == [
        'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": must match `ingressClassName` when both are specified'
    ]
    api.create(INGRESSES, ingress("both", annotations=note, defaultBackend=BACKEND, ingressClassName="nginx"))
    assert api.warnings == []
    api.create(INGRESSES, ingress(annotations=note))
    assert api.warnings == ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"]
    api.patch(INGRESSES, "web", {"spec": {"ingressClassName": "other"}})
    assert api.warnings == []
    assert causes(api.patch, INGRESSES, "web", {"spec": {"ingressClassName": ""}})[0].startswith(
        f'spec.ingressClassName: Invalid value: "": {SUBDOMAIN}'
    )


def test_status(api: Api) -> None:
    api.create(INGRESSES, ingress())

    def tell(*points: Object) -> Object:
        return {"status": {"loadBalancer": {"ingress": list(points)}}}

    place = "status.loadBalancer.ingress"
    found = causes(api.patch, INGRESSES, "web", tell({"ip": "010.0.0.1"}, {"hostname": "10.0.0.1"}, {"hostname": "::1"}), "status")
    assert found[0] == f'{place}[0].ip: Invalid value: "010.0.0.1": must not have leading 0s'
    assert found[1] == f'{place}[1].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'
    assert [cause.split(":")[0] for cause in found[2:]] == [f"{place}[2].hostname"] * 2
    api.patch(INGRESSES, "web", tell({"ip": "2001:DB8::1", "ports": [{"port": 70000, "protocol": "HTTP"}]}), "status")
    assert api.warnings == [f'{place}[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")']
    api.patch(INGRESSES, "web", {"metadata": {"labels": {"a": "b"}}})
    assert api.warnings == []


def test_an_update_tells_of_bad_metadata_as_often_as_the_real_server(api: Api) -> None:
    api.create(INGRESSES, ingress())
    found = causes(api.patch, INGRESSES, "web", {"metadata": {"labels": {"a": "b c"}}, "spec": {"defaultBackend": {"service": None}}})
    assert [cause.split(":")[0] for cause in found] == ["metadata.labels"] * 4 + ["spec.defaultBackend"]


@pytest.mark.parametrize(
    ("hosts", "shown"),
    [
        ([], "*"),
        (["", ""], "*"),
        (["a.b", "", "c.d"], "a.b,c.d"),
        (["a.b", "c.d", "e.f"], "a.b,c.d,e.f"),
        (["a.b", "c.d", "e.f", ""], "a.b,c.d,e.f + 1 more..."),
        (["", "a.b", "c.d", "e.f", "g.h"], "a.b,c.d,e.f + 2 more..."),
    ],
)
def test_hosts_in_a_table(api: Api, hosts: list[str], shown: str) -> None:
    api.create(INGRESSES, ingress(defaultBackend=BACKEND, rules=[{"host": host} for host in hosts]))
    assert api.row(INGRESSES, "web")["Hosts"] == shown


def test_columns(api: Api) -> None:
    api.create(INGRESSES, ingress())
    api.clock.advance(90)
    assert api.row(INGRESSES, "web") == {"Name": "web", "Class": "<none>", "Hosts": "*", "Address": "", "Ports": "80", "Age": "90s"}
    api.patch(INGRESSES, "web", {"spec": {"ingressClassName": "nginx", "tls": [{}]}})
    api.patch(
        INGRESSES, "web", {"status": {"loadBalancer": {"ingress": [{"hostname": "b.a"}, {"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}]}}}, "status"
    )
    row = api.row(INGRESSES, "web")
    assert (row["Class"], row["Address"], row["Ports"]) == ("nginx", "10.0.0.1,b.a", "80, 443")
