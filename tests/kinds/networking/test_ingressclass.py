from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

CLASSES = "ingressclasses.networking.k8s.io"
INGRESSES = "ingresses.networking.k8s.io"
SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist"


def ingress_class(name: str = "public", default: str = "", **spec: Any) -> Object:
    annotations = {"ingressclass.kubernetes.io/is-default-class": default} if default else {}
    return {"metadata": {"name": name, "annotations": annotations}, "spec": {"controller": "example.com/lb", **spec}}


def pointing(**parameters: Any) -> Object:
    return ingress_class(parameters={"kind": "ConfigMap", "name": "lb", **parameters})


@pytest.mark.parametrize(
    ("controller", "sentences"),
    [
        (None, [": Required value"]),
        ("", [": Required value"]),
        ("nginx", [': Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")']),
        ("a.b/", [': Invalid value: "a.b/": must be a domain-prefixed path (such as "acme.io/foo")']),
        ("/a", [': Invalid value: "/a": must be a domain-prefixed path (such as "acme.io/foo")']),
        (
            "A_b/c d",
            [f': Invalid value: "A_b": {SUBDOMAIN}', ': Invalid value: "c d": Invalid path (regex used for validation is \'[A-Za-z0-9/'],
        ),
        ("a.b/" + "c" * 247, [": Too long: may not be more than 250 bytes"]),
    ],
)
def test_controllers(api: Api, controller: str | None, sentences: list[str]) -> None:
    found = causes(api.create, CLASSES, ingress_class(controller=controller))
    assert len(found) == len(sentences)
    assert all(cause.startswith("spec.controller" + text) for cause, text in zip(found, sentences, strict=True)), found


@pytest.mark.parametrize(
    ("parameters", "sentences"),
    [
        ({"scope": "Galaxy", "namespace": "A_b"}, ['.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespace"']),
        ({"scope": ""}, ['.scope: Unsupported value: "": supported values: "Cluster", "Namespace"']),
        ({"namespace": "lb"}, [".namespace: Forbidden: `parameters.scope` is set to 'Cluster'"]),
        ({"scope": "Namespace"}, [".namespace: Required value: `parameters.scope` is set to 'Namespace'"]),
        ({"scope": "Namespace", "namespace": ""}, ['.namespace: Invalid value: "": a lowercase RFC 1123 label must consist']),
        ({"scope": "Namespace", "namespace": "a.b"}, ['.namespace: Invalid value: "a.b": must not contain dots']),
        (
            {"apiGroup": "", "kind": "", "name": "a%"},
            [f'.apiGroup: Invalid value: "": {SUBDOMAIN}', ".kind: Required", '.name: Invalid value: "a%"'],
        ),
    ],
)
def test_parameters(api: Api, parameters: Object, sentences: list[str]) -> None:
    found = causes(api.create, CLASSES, pointing(**parameters))
    assert len(found) == len(sentences)
    assert all(cause.startswith("spec.parameters" + text) for cause, text in zip(found, sentences, strict=True)), found


def test_the_controller_stays(api: Api) -> None:
    created = api.create(CLASSES, pointing())
    assert (created["metadata"]["generation"], created["spec"]["parameters"]["scope"]) == (1, "Cluster")
    assert api.patch(CLASSES, "public", {"spec": {"parameters": {"name": "other"}}})["metadata"]["generation"] == 2
    assert causes(api.patch, CLASSES, "public", {"spec": {"controller": "example.com/other"}}) == [
        'spec.controller: Invalid value: "example.com/other": field is immutable'
    ]
    assert causes(api.patch, CLASSES, "public", {"spec": {"controller": None}}) == [
        'spec.controller: Invalid value: "": field is immutable',
        "spec.controller: Required value",
    ]


def test_columns(api: Api) -> None:
    for name, parameters, shown in (
        ("a", None, "<none>"),
        ("b", {"kind": "ConfigMap", "name": "lb"}, "ConfigMap/lb"),
        ("c", {"apiGroup": "k8s.example.com", "kind": "Parameters", "name": "lb"}, "Parameters.k8s.example.com/lb"),
    ):
        api.create(CLASSES, ingress_class(name, parameters=parameters))
        row = api.row(CLASSES, name)
        assert row == {"Name": name, "Controller": "example.com/lb", "Parameters": shown, "Age": "0s"}


def chosen(api: Api, name: str, annotations: Object | None = None, **spec: Any) -> str | None:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    sent = {"metadata": {"name": name, "annotations": annotations or {}}, "spec": {"defaultBackend": backend, **spec}}
    created: str | None = api.create(INGRESSES, sent)["spec"].get("ingressClassName")
    return created


def test_an_ingress_without_a_class_gets_the_default_one(api: Api) -> None:
    api.create(CLASSES, ingress_class("plain"))
    api.create(CLASSES, ingress_class("off", "false"))
    assert chosen(api, "early") is None
    api.create(CLASSES, ingress_class("usual", "true"))
    assert chosen(api, "late") == "usual"
    assert chosen(api, "named", ingressClassName="plain") == "plain"
    assert chosen(api, "annotated", {"kubernetes.io/ingress.class": ""}) is None
    assert "ingressClassName" not in api.patch(INGRESSES, "late", {"spec": {"ingressClassName": None}})["spec"]


def test_of_several_default_classes_the_youngest_counts_then_the_first_by_name(api: Api) -> None:
    api.create(CLASSES, ingress_class("a", "true"))
    api.clock.advance(1)
    api.create(CLASSES, ingress_class("c", "true"))
    api.create(CLASSES, ingress_class("b", "true"))
    assert chosen(api, "web") == "b"
