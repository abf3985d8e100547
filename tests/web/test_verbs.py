"""Verbs over HTTP: statuses, shapes, headers, and what happens at the edges of the routes."""

import gzip

import pytest

from mockapi.web import bodies

MERGE = {"Content-Type": "application/merge-patch+json"}


def test_objects_are_created_read_replaced_patched_and_deleted(client, maps):
    one = client.get(f"{maps}/a").json
    assert (one["kind"], one["apiVersion"], one["data"]) == ("ConfigMap", "v1", {"k": "a"})
    replaced = client.put(f"{maps}/a", json={"metadata": {"name": "a"}, "data": {"k": "x"}})
    assert (replaced.status_code, replaced.json["data"]) == (200, {"k": "x"})
    patched = client.patch(f"{maps}/a", data='{"data": {"l": "y"}}', headers=MERGE)
    assert (patched.status_code, patched.json["data"]) == (200, {"k": "x", "l": "y"})
    gone = client.delete(f"{maps}/a")
    assert gone.json["status"] == "Success"
    assert gone.json["details"] == {"name": "a", "kind": "configmaps", "uid": one["metadata"]["uid"]}
    assert client.get(f"{maps}/a").status_code == 404


def test_items_of_a_list_carry_neither_kind_nor_api_version(client, maps):
    listed = client.get(maps).json
    assert (listed["kind"], listed["apiVersion"]) == ("ConfigMapList", "v1")
    assert [set(item) for item in listed["items"]] == [{"metadata", "data"}] * 2
    assert client.get("/api/v1/namespaces/none/configmaps").json["items"] == []
    assert len(client.get("/api/v1/configmaps").json["items"]) == 2


def test_pages_continue_where_the_last_one_ended(client, maps):
    first = client.get(f"{maps}?limit=1").json
    assert first["metadata"]["remainingItemCount"] == 1
    second = client.get(f"{maps}?limit=1&continue={first['metadata']['continue']}").json
    assert [item["metadata"]["name"] for page in (first, second) for item in page["items"]] == ["a", "b"]
    assert "continue" not in second["metadata"]


@pytest.mark.parametrize(("token", "offset"), [("\u00e9", 0), ("abc*", 3), ("abc=", 3), ("abcde", 4)])
def test_a_token_that_is_no_base64_says_where(client, maps, token, offset):
    answer = client.get(maps, query_string={"continue": token})
    reason = f"continue key is not valid: illegal base64 data at input byte {offset}"
    assert (answer.status_code, answer.json["message"]) == (400, f"invalid continue token: {reason}")


def test_some_kinds_answer_a_deletion_with_the_object(client):
    client.post("/api/v1/namespaces/demo/services", json={"metadata": {"name": "s"}})
    assert client.delete("/api/v1/namespaces/demo/services/s").json["kind"] == "Service"


def test_deleting_a_collection_answers_what_went(client, maps):
    gone = client.delete(f"{maps}?labelSelector=name%3Da").json
    assert (gone["kind"], [item["metadata"]["name"] for item in gone["items"]]) == ("ConfigMapList", ["a"])
    assert len(client.get(maps).json["items"]) == 1


def test_delete_options_come_from_the_body_if_there_is_one(client, maps):
    refused = client.delete(f"{maps}/a?dryRun=Nonsense", json={"preconditions": {"uid": "other"}})
    assert refused.status_code == 409
    assert client.delete(f"{maps}/a", json={"dryRun": ["All"]}).status_code == 200
    assert client.get(f"{maps}/a").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/v1/namespaces/demo/configmaps"),
        ("POST", "/api/v1/namespaces/demo/configmaps/a"),
        ("POST", "/api/v1/configmaps"),
        ("DELETE", "/api/v1/configmaps"),
        ("DELETE", "/api/v1/namespaces"),
        ("DELETE", "/apis/apps/v1/namespaces/demo/deployments/web/status"),
        ("HEAD", "/api/v1/namespaces/demo/configmaps"),
        ("OPTIONS", "/api/v1/namespaces/demo/configmaps"),
        ("BREW", "/api/v1/namespaces/demo/configmaps"),
        ("POST", "/api/v1"),
        ("POST", "/apis"),
        ("POST", "/version"),
        ("GET", "/apis/apps/v1/namespaces/demo/deployments/web/echo"),
    ],
)
def test_a_method_that_a_path_does_not_offer_is_405(client, method, path):
    answer = client.open(path, method=method)
    assert answer.status_code == 405
    if method != "HEAD":
        assert (answer.json["reason"], answer.json["details"]) == ("MethodNotAllowed", {})


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2",
        "/api/v1/nosuch",
        "/api/v1/namespaces/demo/nosuch/one",
        "/api/v1/configmaps/a",
        "/api/v1/namespaces/demo/configmaps/a/status",
        "/api/v1/namespaces/demo/configmaps/a/b/c",
        "/apis/apps/v1beta1/namespaces/demo/deployments",
        "/apis/apps/v1/namespaces/demo/configmaps",
        "/apis/simulation.mockapi.dev/v1alpha1/namespaces/demo/knobs",
    ],
)
def test_unknown_resources_of_known_groups_are_a_status(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json["message"]) == (404, "the server could not find the requested resource")
    assert answer.json["details"] == {}


@pytest.mark.parametrize("path", ["/nosuch", "/apis/no.such.group", "/apis/no.such.group/v1/things", "/readyz/nosuch", "/openapi/v4"])
def test_everything_else_unknown_is_plain_text(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")
    assert answer.content_type == "text/plain; charset=utf-8"


def test_every_answer_has_the_servers_headers(client, maps):
    answer = client.get(maps)
    assert answer.headers["Cache-Control"] == "no-cache, private"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Audit-Id"]
    assert client.get(maps, headers={"Audit-ID": "mine"}).headers["Audit-Id"] == "mine"


def test_unknown_fields_warn_once_each_and_strictness_refuses(client, maps):
    answer = client.post(maps, json={"metadata": {"name": "c"}, "dta": {}})
    assert answer.headers.getlist("Warning") == ['299 - "unknown field \\"dta\\""']
    assert client.post(f"{maps}?fieldValidation=Strict", json={"metadata": {"name": "d"}, "dta": {}}).status_code == 400


def test_a_deprecated_kind_warns_on_every_verb(client):
    assert client.get("/api/v1/endpoints").headers.getlist("Warning") == ['299 - "Endpoints is \\"old\\""']


def test_a_subresource_with_a_handler_is_served_by_it(client):
    answer = client.post("/apis/apps/v1/namespaces/demo/deployments/web/echo", json={"spec": 1})
    assert (answer.status_code, answer.json) == (201, {"spec": 1, "key": "demo/web"})


def test_what_is_not_supported_says_so(client):
    path = "/apis/apps/v1/namespaces/demo/deployments"
    assert client.get(f"{path}/web/scale").json["reason"] == "NotFound"
    client.post(path, json={"metadata": {"name": "web"}})
    assert client.get(f"{path}/web/scale").json["reason"] == "NotImplemented"


def test_an_apply_creates_and_then_changes_an_object(client, maps):
    def apply(body):
        return client.patch(f"{maps}/z?fieldManager=me", data=body, headers={"Content-Type": "application/apply-patch+yaml"})

    made = apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: z}, data: {a: b}}")
    assert (made.status_code, made.json["metadata"]["managedFields"][0]["manager"]) == (201, "me")
    changed = apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\ndata: {a: c, a: d}")
    assert (changed.status_code, changed.json["data"]) == (200, {"a": "d"})
    assert changed.headers.getlist("Warning") == ['299 - "line 4: key \\"a\\" already set in map"']


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "invalid object type: /, Kind="),
        ("[]", "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type "
         "map[string]interface {}"),
        ("{", "error decoding YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content"),
    ],
)  # fmt: skip
def test_an_apply_of_what_is_no_configuration_is_a_bad_request(client, maps, body, message):
    answer = client.patch(f"{maps}/z?fieldManager=me", data=body, headers={"Content-Type": "application/apply-patch+yaml"})
    assert (answer.status_code, answer.json["message"]) == (400, message)


def test_a_revision_from_the_future_is_a_timeout(client, maps):
    for path in (f"{maps}/a", maps):
        assert client.get(f"{path}?resourceVersion=9000000000").json["reason"] == "Timeout"


def test_too_large_bodies_are_413(client, maps):
    answer = client.post(maps, data=b" " * (bodies.LIMIT + 1))
    assert (answer.status_code, answer.json["message"]) == (413, "Request entity too large: limit is 3145728")


def test_large_answers_are_compressed_for_those_who_accept_it(client, maps):
    client.post(maps, json={"metadata": {"name": "big"}, "data": {"k": "x" * 200_000}})
    plain = client.get(f"{maps}/big")
    assert "Content-Encoding" not in plain.headers
    packed = client.get(f"{maps}/big", headers={"Accept-Encoding": "deflate, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in client.get(f"{maps}/a", headers={"Accept-Encoding": "gzip"}).headers


def test_what_should_not_happen_is_a_500_that_tells_nothing_and_logs_all(client, resources, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(resources, "get", fail)
    answer = client.get("/api/v1/namespaces/demo")
    assert (answer.status_code, answer.json["reason"]) == (500, "InternalError")
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8001", 200),
        ("127.0.0.1:8001", 200),
        ("[::1]:8001", 200),
        ("api.localhost", 200),
        ("evil.example", 403),
        ("10.0.0.1", 403),
    ],
)
def test_only_loopback_names_are_let_through(client, host, status):
    assert client.get("/version", headers={"Host": host}).status_code == status
