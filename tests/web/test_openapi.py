"""OpenAPI documents."""

import gzip

import pytest


@pytest.fixture
def core(client):
    url = client.get("/openapi/v3").json["paths"]["api/v1"]["serverRelativeURL"]
    return client.get(url)


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_a_document_under_its_hash_may_be_kept(client, core):
    assert core.headers["Cache-Control"] == "public, immutable"
    assert client.get("/openapi/v3/api/v1").headers["Cache-Control"] == "no-cache, private"
    assert client.get("/openapi/v3/api/v1", headers={"If-None-Match": core.headers["Etag"]}).status_code == 304
    moved = client.get("/openapi/v3/api/v1?hash=OLD")
    assert (moved.status_code, moved.headers["Location"]) == (301, client.get("/openapi/v3").json["paths"]["api/v1"]["serverRelativeURL"])


def test_patching_has_the_parameters_that_kubectl_looks_for(core):
    patch = core.json["paths"]["/api/v1/namespaces/{namespace}/services/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "", "version": "v1", "kind": "Service"}
    assert patch["x-kubernetes-action"] == "patch"
    assert {"dryRun", "fieldManager", "fieldValidation", "force"} <= {parameter["name"] for parameter in patch["parameters"]}


def test_operations_are_named_uniquely(core):
    ids = [operation["operationId"] for item in core.json["paths"].values() for method, operation in item.items() if method != "parameters"]
    assert len(ids) == len(set(ids))
    assert {
        "listCoreV1NamespacedService",
        "listCoreV1ServiceForAllNamespaces",
        "readCoreV1Namespace",
        "patchCoreV1NamespacedServiceStatus",
    } <= set(ids)


def test_all_references_lead_somewhere_and_no_type_is_a_list(core):
    schemas = core.json["components"]["schemas"]
    assert {reference.removeprefix("#/components/schemas/") for reference in references(core.json)} <= set(schemas)
    assert b'"null"' not in core.data
    service = schemas["io.k8s.api.core.v1.Service"]
    assert service["properties"]["spec"]["allOf"] == [{"$ref": "#/components/schemas/io.k8s.api.core.v1.ServiceSpec"}]
    assert "enum" not in service["properties"]["kind"]


def test_kinds_of_our_own_are_described_too(client):
    found = client.get("/openapi/v3/apis/simulation.mockapi.dev/v1alpha1").json
    assert "dev.mockapi.simulation.v1alpha1.Knob" in found["components"]["schemas"]
    assert "/apis/simulation.mockapi.dev/v1alpha1/knobs/{name}" in found["paths"]


def test_version_2_as_json(client):
    found = client.get("/openapi/v2").json
    assert found["swagger"] == "2.0"
    assert {reference.removeprefix("#/definitions/") for reference in references(found)} <= set(found["definitions"])
    port = found["definitions"]["io.k8s.api.core.v1.ServicePort"]["properties"]["targetPort"]
    assert port["$ref"] == "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"
    parameters = found["paths"]["/api/v1/namespaces/{namespace}/services"]["post"]["parameters"]
    assert parameters[0]["in"] == "body"
    assert {"name": "dryRun", "in": "query", "type": "string"}.items() <= next(p for p in parameters if p["name"] == "dryRun").items()


def fields(data):
    """The fields of a Protocol Buffers message that has nothing but varints and length-delimited values."""
    place, found = 0, []
    while place < len(data):
        tag, place = varint(data, place)
        value, place = varint(data, place)
        if tag & 7 == 2:
            value, place = data[place : place + value], place + value
        found.append((tag >> 3, value))
    return found


def varint(data, place):
    value = shift = 0
    while True:
        byte = data[place]
        value, shift, place = value | (byte & 0x7F) << shift, shift + 7, place + 1
        if byte < 0x80:
            return value, place


def test_version_2_as_protocol_buffers(client):
    answer = client.get("/openapi/v2", headers={"Accept": "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"})
    assert answer.content_type == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    document = fields(answer.data)
    assert [number for number, _ in document] == [1, 2, 8, 9]
    paths = {dict(fields(path))[1].decode(): dict(fields(path))[2] for _, path in fields(document[2][1])}
    patch = dict(fields(paths["/api/v1/namespaces/{namespace}/services/{name}"]))[8]
    extensions = [dict(fields(value)) for number, value in fields(patch) if number == 13]
    assert {extension[1] for extension in extensions} == {b"x-kubernetes-action", b"x-kubernetes-group-version-kind"}
    names = [dict(fields(definition))[1].decode() for _, definition in fields(document[3][1])]
    assert "io.k8s.api.core.v1.Service" in names


@pytest.mark.parametrize("accept", ["application/json", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"])
def test_the_whole_document_is_sent_once_to_who_keeps_it(client, accept):
    first = client.get("/openapi/v2", headers={"Accept": accept})
    again = client.get("/openapi/v2", headers={"Accept": accept, "If-None-Match": first.headers["Etag"]})
    assert (again.status_code, again.data, again.headers["Etag"]) == (304, b"", first.headers["Etag"])
    other = client.get("/openapi/v2", headers={"Accept": accept, "If-None-Match": '"other"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_a_document_is_compressed_once(client, monkeypatch):
    path = client.get("/openapi/v3").get_json()["paths"]["api/v1"]["serverRelativeURL"]
    asked = {"Accept-Encoding": "gzip"}
    first = client.get(path, headers=asked)
    assert gzip.decompress(first.data) == client.get(path).data
    monkeypatch.setattr(gzip, "compress", None)
    assert client.get(path, headers=asked).data == first.data
