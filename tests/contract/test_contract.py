"""Every kind of the catalogue keeps the contract of the API for each verb that it declares, and refuses the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse as Response

from mockapi.assembly import all_kinds
from mockapi.machinery.meta import Object
from mockapi.registry.kind import ALL_VERBS, Kind
from mockapi.registry.subresource import Subresource
from tests.contract.api import LABEL, SINGLETONS, Api, declared, kinds_with, minimal
from tests.world import NAMESPACE

MERGE, STRATEGIC, JSON = (f"application/{kind}+json" for kind in ("merge-patch", "strategic-merge-patch", "json-patch"))
APPLY = "application/apply-patch+yaml"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE", "list": "GET"}
# Some kinds orphan their dependents unless told otherwise, and stay until that is done.
IN_THE_BACKGROUND = "propagationPolicy=Background"
NAMED_BY_THE_SERVER = ("limitranges",)


def name_of(obj: Object) -> str:
    return str(obj["metadata"]["name"])


def failure(answer: Response) -> tuple[int, str]:
    """Code and reason of a Status."""
    status = answer.get_json()
    assert (status["kind"], status["apiVersion"], status["status"], status["code"]) == ("Status", "v1", "Failure", answer.status_code)
    return status["code"], status.get("reason", "")


@kinds_with("create", "get")
def test_create_and_get(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    meta = created["metadata"]
    assert (created["kind"], created["apiVersion"]) == (kind.kind, kind.api_version)
    assert {"uid", "resourceVersion", "creationTimestamp"} <= set(meta)
    assert meta.get("namespace", "") == (NAMESPACE if kind.namespaced else "")
    answer = api.get(kind, name_of(created))
    assert (answer.status_code, answer.get_json()) == (200, created)
    again = api.object(kind, next((part for part in name_of(created).split(".") if part.startswith("contract-")), ""))
    again["metadata"]["name"] = name_of(created)
    assert failure(api.call("POST", api.path(kind), again)) == (409, "AlreadyExists")


@kinds_with("get")
def test_what_is_absent(api: Api, kind: Kind) -> None:
    answer = api.get(kind, "absent")
    assert failure(answer) == (404, "NotFound")
    assert answer.get_json()["details"] == {"name": "absent", "kind": kind.plural, **({"group": kind.group} if kind.group else {})}
    for verb, method in (("update", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")):
        if verb not in kind.verbs or (verb == "update" and kind.strategy.create_on_update):
            continue
        body = {"metadata": {"name": "absent"}} if verb != "update" else {**minimal()[kind.resource], "metadata": {"name": "absent"}}
        content = {"Content_Type": MERGE} if verb == "patch" else {}
        assert failure(api.call(method, api.path(kind, "absent"), None if verb == "delete" else body, **content)) == (404, "NotFound")


@kinds_with("create", "list")
def test_list(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    for path in {api.path(kind), api.path(kind, namespaced=False)}:
        found = api.call("GET", f"{path}?labelSelector=example.com/contract%3Dkept").get_json()
        assert (found["kind"], found["apiVersion"]) == (kind.list_kind, kind.api_version)
        assert int(found["metadata"]["resourceVersion"]) >= int(created["metadata"]["resourceVersion"])
        item = {name: value for name, value in created.items() if name not in {"kind", "apiVersion"}}
        assert item in [{name: value for name, value in each.items() if name not in {"kind", "apiVersion"}} for each in found["items"]]
    one = api.call("GET", f"{api.path(kind)}?fieldSelector=metadata.name%3D{name_of(created)}").get_json()
    assert [name_of(each) for each in one["items"]] == [name_of(created)]


@kinds_with("create", "watch", "delete")
def test_watch(api: Api, kind: Kind) -> None:
    begin = api.world.database.cache.catch_up()
    created = api.create(kind)
    selector = f"fieldSelector=metadata.name%3D{name_of(created)}"
    answer = api.client.open(f"{api.path(kind)}?watch=1&resourceVersion={begin}&{selector}", method="GET", buffered=False)
    lines = (line for chunk in answer.response for line in chunk.splitlines())
    assert json.loads(next(lines)) == {"type": "ADDED", "object": created}
    api.call("DELETE", api.path(kind, name_of(created)))
    assert json.loads(next(lines))["type"] in {"MODIFIED", "DELETED"}
    answer.close()


@kinds_with("create", "update")
def test_update(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    path = api.path(kind, name_of(created))
    changed = {**created, "metadata": {**created["metadata"], "labels": {**created["metadata"]["labels"], "new": "yes"}}}
    answer = api.call("PUT", path, changed)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    updated = answer.get_json()
    assert updated["metadata"]["labels"]["new"] == "yes"
    assert updated["metadata"]["resourceVersion"] > created["metadata"]["resourceVersion"]
    assert updated["metadata"]["uid"] == created["metadata"]["uid"]
    assert failure(api.call("PUT", path, created)) == (409, "Conflict")
    assert api.call("PUT", path, updated).get_json() == updated  # no change, no new version


@kinds_with("create", "update")
def test_put_where_nothing_is(api: Api, kind: Kind) -> None:
    obj = api.object(kind)
    answer = api.call("PUT", api.path(kind, name_of(obj)), obj)
    if kind.strategy.create_on_update:
        assert answer.status_code == 201
        assert name_of(answer.get_json()) == name_of(obj)
    else:
        assert failure(answer) == (404, "NotFound")


@pytest.mark.parametrize(
    ("media_type", "patch"),
    [
        (MERGE, {"metadata": {"labels": {"new": "yes"}}}),
        (STRATEGIC, {"metadata": {"labels": {"new": "yes"}}}),
        (JSON, [{"op": "add", "path": "/metadata/labels/new", "value": "yes"}]),
    ],
    ids=["merge", "strategic", "json"],
)
@kinds_with("create", "patch")
def test_patch(api: Api, kind: Kind, media_type: str, patch: Any) -> None:
    created = api.create(kind)
    path = api.path(kind, name_of(created))
    answer = api.call("PATCH", path, patch, Content_Type=media_type)
    if media_type == STRATEGIC and kind.own_codec is not None:  # as for custom resources
        assert answer.status_code == 415
        return
    assert answer.status_code == 200, answer.get_data(as_text=True)
    patched = answer.get_json()
    assert patched["metadata"]["labels"] == created["metadata"]["labels"] | {"new": "yes"}
    rest = {name: value for name, value in patched.items() if name != "metadata"}
    assert rest == {name: value for name, value in created.items() if name != "metadata"}
    assert api.call("PATCH", path, patch, Content_Type=media_type).get_json() == patched


@kinds_with("create", "patch")
def test_apply(api: Api, kind: Kind) -> None:
    obj = {"apiVersion": kind.api_version, "kind": kind.kind, **api.object(kind)}
    path = f"{api.path(kind, name_of(obj))}?fieldManager"

    def applied(manager: str, label: str) -> Response:
        meta = {**obj["metadata"], "labels": {**LABEL, "applied": label}}
        return api.call("PATCH", f"{path}={manager}", {**obj, "metadata": meta}, Content_Type=APPLY)

    first = applied("one", "a")
    assert first.status_code == 201, first.get_data(as_text=True)
    assert [entry["operation"] for entry in first.get_json()["metadata"]["managedFields"]] == ["Apply"]
    assert applied("one", "a").get_json() == first.get_json()  # no change, no new version
    assert applied("one", "b").get_json()["metadata"]["labels"]["applied"] == "b"
    assert failure(applied("two", "c")) == (409, "Conflict")
    assert applied("two&force=true", "c").get_json()["metadata"]["labels"]["applied"] == "c"
    assert failure(api.call("PATCH", path.partition("?")[0], obj, Content_Type=APPLY))[0] == 422  # who applies must say so


@kinds_with("create", "delete")
def test_delete(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    path = api.path(kind, name_of(created))
    wrong = {"preconditions": {"uid": "other"}}
    assert failure(api.call("DELETE", path, wrong)) == (409, "Conflict")
    answer = api.call("DELETE", f"{path}?{IN_THE_BACKGROUND}")
    assert answer.status_code == 200
    shown = answer.get_json()
    if shown["kind"] == "Status":
        assert (shown["status"], shown["details"]["uid"]) == ("Success", created["metadata"]["uid"])
    else:
        assert shown["metadata"]["uid"] == created["metadata"]["uid"]
    if not kind.strategy.delays_deletion(created):
        assert failure(api.get(kind, name_of(created))) == (404, "NotFound")


@kinds_with("create", "delete", "patch")
def test_finalizers_hold(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    path = api.path(kind, name_of(created))
    api.call("PATCH", path, {"metadata": {"finalizers": ["example.com/hold"]}}, Content_Type=MERGE)
    api.call("DELETE", path)
    held = api.get(kind, name_of(created)).get_json()
    assert held["metadata"]["deletionTimestamp"]
    answer = api.call("PATCH", path, {"metadata": {"finalizers": None}}, Content_Type=MERGE)
    assert answer.status_code == 200
    if not kind.strategy.delays_deletion(answer.get_json()):
        assert api.get(kind, name_of(created)).status_code == 404


@kinds_with("create", "deletecollection")
def test_delete_collection(api: Api, kind: Kind) -> None:
    doomed, kept = api.create(kind), api.create(kind)
    api.call("PATCH", api.path(kind, name_of(doomed)), {"metadata": {"labels": {"doomed": "yes"}}}, Content_Type=MERGE)
    answer = api.call("DELETE", f"{api.path(kind)}?labelSelector=doomed%3Dyes&{IN_THE_BACKGROUND}")
    assert answer.status_code == 200
    held = kind.strategy.delays_deletion(doomed)
    assert api.get(kind, name_of(doomed)).status_code == (200 if held else 404)
    assert "deletionTimestamp" not in api.get(kind, name_of(kept)).get_json()["metadata"]


@kinds_with("create", "list")
def test_table(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    path = f"{api.path(kind)}?fieldSelector=metadata.name%3D{name_of(created)}"
    table = api.call("GET", path, Accept=TABLE).get_json()
    (row,) = table["rows"]
    named = dict(zip([column["name"] for column in table["columnDefinitions"]], row["cells"], strict=True))
    assert (table["kind"], named["Name"]) == ("Table", name_of(created))
    assert all(cell is None or isinstance(cell, str | int | float) for cell in row["cells"])
    assert row["object"]["metadata"]["uid"] == created["metadata"]["uid"]


@kinds_with("create")
def test_dry_run(api: Api, kind: Kind) -> None:
    obj = api.object(kind)
    answer = api.call("POST", f"{api.path(kind)}?dryRun=All", obj)
    assert (answer.status_code, name_of(answer.get_json())) == (201, name_of(obj))
    assert api.get(kind, name_of(obj)).status_code == 404
    created = api.create(kind)
    path = f"{api.path(kind, name_of(created))}?dryRun=All"
    assert api.call("PATCH", path, {"metadata": {"labels": {"new": "yes"}}}, Content_Type=MERGE).status_code == 200
    assert api.call("DELETE", path).status_code == 200
    assert api.get(kind, name_of(created)).get_json() == created


@kinds_with("create")
def test_bad_bodies(api: Api, kind: Kind) -> None:
    path, obj = api.path(kind), api.object(kind)
    assert failure(api.call("POST", path, {**obj, "metadata": "text"})) == (400, "BadRequest")
    assert failure(api.call("POST", path, [obj])) == (400, "BadRequest")
    assert failure(api.call("POST", path, {**obj, "apiVersion": "v1", "kind": "Binding"})) == (400, "BadRequest")
    assert failure(api.call("POST", f"{path}?fieldValidation=Strict", {**obj, "unknown": 1})) == (400, "BadRequest")
    if kind.resource not in NAMED_BY_THE_SERVER:
        assert failure(api.call("POST", path, {**obj, "metadata": {}}))[0] == 422
    assert failure(api.call("POST", path, {**obj, "metadata": {"name": "Not/A/Name"}}))[0] == 422
    assert failure(api.call("POST", path, obj, Content_Type="text/plain"))[0] == 415
    warned = api.call("POST", path, {**obj, "unknown": 1})
    assert warned.status_code == 201
    assert '299 - "unknown field \\"unknown\\""' in warned.headers.getlist("Warning")


@kinds_with("create")
def test_wrong_scope(api: Api, kind: Kind) -> None:
    if kind.namespaced:
        assert failure(api.call("POST", api.path(kind, namespaced=False), api.object(kind)))[0] == 405
        assert api.call("GET", api.path(kind, "a", namespaced=False)).status_code == 404
        elsewhere = api.object(kind)
        elsewhere["metadata"]["namespace"] = "elsewhere"
        assert failure(api.call("POST", api.path(kind), elsewhere)) == (400, "BadRequest")
    else:
        assert api.call("POST", api.path(kind, namespaced=True), api.object(kind)).status_code == 404


@kinds_with()
def test_verbs_that_are_not_declared_are_refused(api: Api, kind: Kind) -> None:
    for verb in set(ALL_VERBS) - set(kind.verbs) - {"watch"}:
        path = api.path(kind) if verb in {"create", "list", "deletecollection"} else api.path(kind, "a")
        content = {"Content_Type": MERGE} if verb == "patch" else {}
        answer = api.call(
            METHODS.get(verb, "GET"), path, {"metadata": {"name": "a"}} if METHODS.get(verb, "GET") != "GET" else None, **content
        )
        assert failure(answer)[0] == 405, verb


@kinds_with("create", subresource="status")
def test_status(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    path = f"{api.path(kind, name_of(created))}/status"
    assert api.call("GET", path).get_json() == created
    assert api.call("PUT", path, created).get_json() == created
    labelled = api.call("PATCH", path, {"metadata": {"annotations": {"a": "b"}}}, Content_Type=MERGE)
    assert labelled.status_code == 200


@kinds_with("create", subresource="scale")
def test_scale(api: Api, kind: Kind) -> None:
    created = api.create(kind)
    path = f"{api.path(kind, name_of(created))}/scale"
    scale = api.call("GET", path).get_json()
    assert (scale["kind"], scale["apiVersion"], scale["spec"]) == ("Scale", "autoscaling/v1", {"replicas": 1})
    columns = api.call("GET", path, Accept=TABLE).get_json()["columnDefinitions"]
    assert [column["name"] for column in columns] == ["Name", "Desired", "Available", "Age"]
    scaled = api.call("PUT", path, {**scale, "spec": {"replicas": 3}}).get_json()
    assert scaled["spec"] == {"replicas": 3}
    assert failure(api.call("PUT", path, scale)) == (409, "Conflict")
    assert api.call("PATCH", path, {"spec": {"replicas": 2}}, Content_Type=MERGE).get_json()["spec"] == {"replicas": 2}
    parent = api.get(kind, name_of(created)).get_json()
    assert (parent["spec"]["replicas"], parent["metadata"]["generation"]) == (2, 3)
    assert failure(api.call("PATCH", path, {"spec": {"replicas": -1}}, Content_Type=MERGE))[0] == 422


@kinds_with("create", "list")
def test_deprecated_kinds_warn_whatever_is_asked(api: Api, kind: Kind) -> None:
    name = name_of(api.create(kind))
    path, collection = api.path(kind, name), api.path(kind)
    answers = [
        api.call("GET", collection),
        api.call("GET", path),
        api.call("POST", collection, api.object(kind)),
        api.call("PATCH", path, {"metadata": {"labels": {"new": "yes"}}}, Content_Type=MERGE),
        api.call("PUT", path, api.get(kind, name).get_json()),
        api.call("DELETE", path),
    ]
    warned = [f'299 - "{kind.deprecation}"' in answer.headers.getlist("Warning") for answer in answers]
    assert warned == [bool(kind.deprecation)] * len(answers)


@pytest.mark.parametrize(
    ("kind", "subresource"),
    [(kind, subresource) for kind in all_kinds() if kind.resource not in SINGLETONS for subresource in kind.subresources],
    ids=lambda part: declared(part) if isinstance(part, Kind) else part.name,
)
def test_subresources_know_their_verbs(api: Api, kind: Kind, subresource: Subresource) -> None:
    """What is declared is answered, if only that it is not simulated; what is not is refused."""
    path = f"{api.path(kind, name_of(api.create(kind)))}/{subresource.name}"
    for verb, method in (("get", "GET"), ("create", "POST"), ("update", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")):
        answer = api.call(method, path, None if method == "GET" else {}, **({"Content_Type": MERGE} if verb == "patch" else {}))
        if verb in subresource.verbs:
            assert answer.status_code not in {404, 405}, f"{verb}: {answer.get_data(as_text=True)}"
        else:
            assert failure(answer)[0] == 405, verb


def test_every_kind_that_can_be_created_has_a_minimal_object() -> None:
    missing = [kind.resource for kind in all_kinds() if not kind.handlers and "create" in kind.verbs and declared(kind) not in minimal()]
    assert missing == [], "tests/contract/minimal.yaml"
