"""Answers in protobuf: the bytes are Go's, and what is read back from them is what the JSON held."""

import json
import random
from pathlib import Path

import pytest

from mockapi.registry.schema.decode import Decoder
from mockapi.registry.schema.definitions import Definitions, json_type, reference, struct_name
from mockapi.registry.schema.protobuf import messages
from mockapi.registry.schema.protobuf.decode import decode
from mockapi.registry.schema.protobuf.encode import encode, envelope, frame, list_message, stored
from mockapi.registry.schema.protobuf.messages import Shape

CAPTURED = json.loads(Path(__file__).with_name("captured.json").read_text())
DEFINITIONS = Definitions.for_minor()
META = "io.k8s.apimachinery.pkg.apis.meta.v1"
DEEP = 6
SCALARS = {"boolean": (False, True), "integer": (-3, 0, 1, 200, 70000), "number": (0.0, 0.5, -2.0)}
SPECIAL = {
    "Quantity": ("0", "100m", "2Gi"),
    "IntOrString": (0, 8080, "http", "50%"),
    "Time": ("2026-01-02T03:04:05Z", "1969-12-31T23:59:59Z", "0007-01-01T00:00:00Z"),
    "MicroTime": ("2026-01-02T03:04:05.000006Z",),
    "FieldsV1": ({"f:spec": {"f:replicas": {}}},),
    "RawExtension": ({"a": [1, None, "x"]},),
    "JSON": (1, "x", {"a": None}, [True]),
    "JSONSchemaPropsOrBool": (True, False, {"type": "string"}),
    "JSONSchemaPropsOrArray": ({"type": "string"}, [{"type": "string"}, {"minLength": 0}]),
    "JSONSchemaPropsOrStringArray": (["a", "b"], {"maximum": 1.5}),
}


def kinds():
    """The kinds of the minor that have messages, lists and all."""
    for name in DEFINITIONS:
        for entry in DEFINITIONS[name].get("x-kubernetes-group-version-kind", ())[:1]:
            api_version = f"{entry['group']}/{entry['version']}" if entry["group"] else entry["version"]
            if messages.known(name) and struct_name(name) not in {"DeleteOptions", "WatchEvent"}:
                yield pytest.param(name, api_version, entry["kind"], id=f"{api_version} {entry['kind']}")


def numbered(definition):
    """The fields of a definition that have numbers."""
    found = set()
    for field in messages.fields(definition).values():
        found |= numbered(field.type) if field.shape is Shape.EMBEDDED else {field.name}
    return found


def made(random, schema, depth=0):
    """A value of a schema."""
    target = reference(schema)
    if target and struct_name(target) in SPECIAL:
        return random.choice(SPECIAL[struct_name(target)])
    if target:
        return made_struct(random, target, depth + 1)
    kind = json_type(schema)
    if kind == "array":
        return [made(random, schema["items"], depth) for _ in range(random.randint(1, 2))]
    if kind == "object":
        values = schema.get("additionalProperties", {"type": "string"})
        return {random.choice(["", "a", "ü", "z" * 200]): made(random, values, depth) for _ in range(2)}
    if kind == "string":
        return random.choice(["", "AAE=", "/w=="] if schema.get("format") == "byte" else ["", "x", "grün", "y" * 300])
    return random.choice(SCALARS[kind])


def made_struct(random, definition, depth=0):
    wanted = numbered(definition) if messages.known(definition) else set()
    chance = 0.9 if depth < 3 else 0.5 if depth < DEEP else 0
    return {
        name: made(random, schema, depth)
        for name, schema in DEFINITIONS.properties(definition).items()
        if name in wanted and random.random() < chance
    }


@pytest.mark.parametrize("case", CAPTURED, ids=lambda case: case["command"])
def test_bytes_are_those_of_kubectl(case):
    api_version, kind = case["json"]["apiVersion"], case["json"]["kind"]
    decoder = Decoder(DEFINITIONS, messages.of_type(api_version, kind))
    assert encode(decoder.decode(case["json"]).object).hex() == case["body"]


@pytest.mark.parametrize(("definition", "api_version", "kind"), list(kinds()))
@pytest.mark.parametrize("seed", range(3))
def test_every_kind_comes_back(definition, api_version, kind, seed):
    head = {"apiVersion": api_version, "kind": kind}
    decoder = Decoder(DEFINITIONS, definition)
    obj = decoder.decode({**made_struct(random.Random(seed), definition), **head}).object
    back = decode(encode(obj), DEFINITIONS, {})
    assert decoder.decode(back).object == obj


def test_a_list_of_messages_is_the_encoded_list():
    items = [{"metadata": {"name": name}, "data": {"k": name * 200}} for name in ("a", "b")]
    meta = {"resourceVersion": "7", "remainingItemCount": 0}
    whole = encode({"apiVersion": "v1", "kind": "ConfigMapList", "metadata": meta, "items": items})
    parts = [stored("io.k8s.api.core.v1.ConfigMap", json.dumps(item).encode()) for item in items]
    assert envelope("v1", "ConfigMapList", list_message(meta, parts)) == whole


def test_an_event_is_framed_with_its_size():
    body = encode({"kind": "Status", "apiVersion": "v1", "metadata": {}, "code": 410, "reason": "Expired"})
    event = frame("ERROR", body)
    assert int.from_bytes(event[:4], "big") == len(event) - 4
    assert event[4:].startswith(b"\x0a\x05ERROR\x12")
    assert event.endswith(body)


def test_the_zero_of_a_time_has_no_fields():
    head = {"apiVersion": "v1", "kind": "Namespace"}
    unset = [encode({**head, "metadata": {"creationTimestamp": value}}) for value in (None, "0001-01-01T00:00:00Z")]
    assert unset[0] == unset[1]


def test_the_largest_integers():
    obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"generation": 2**63 - 1}, "spec": {"priority": -(2**31)}}
    back = decode(encode(obj), DEFINITIONS, {})
    assert (back["metadata"]["generation"], back["spec"]["priority"]) == (2**63 - 1, -(2**31))


@pytest.mark.parametrize(
    ("api_version", "kind", "definition"),
    [
        ("v1", "Pod", "io.k8s.api.core.v1.Pod"),
        ("", "APIVersions", f"{META}.APIVersions"),
        ("v1", "Status", f"{META}.Status"),
        ("meta.k8s.io/v1beta1", "PartialObjectMetadata", f"{META}.PartialObjectMetadata"),
        ("meta.k8s.io/v1beta1", "PartialObjectMetadataList", f"{META}beta1.PartialObjectMetadataList"),
        ("rbac.authorization.k8s.io/v1", "Role", "io.k8s.api.rbac.v1.Role"),
        ("apidiscovery.k8s.io/v2", "APIGroupDiscoveryList", "io.k8s.api.apidiscovery.v2.APIGroupDiscoveryList"),
        ("autoscaling/v1", "Scale", "io.k8s.api.autoscaling.v1.Scale"),
    ],
)
def test_which_message_a_type_has(api_version, kind, definition):
    assert messages.of_type(api_version, kind) == definition


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("apps.example.com/v1", "Deployment"), ("apps.x.k8s.io/v1", "Deployment"), ("meta.k8s.io/v1", "Table"), ("apps/v1", "Status")],
)
def test_other_types_have_none(api_version, kind):
    assert not messages.has_message(api_version, kind)
    with pytest.raises(LookupError):
        encode({"apiVersion": api_version, "kind": kind})
