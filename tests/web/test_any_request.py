"""Whatever is sent to whatever route: an answer that a client can read, never a failure of ours, and nothing stored that breaks reading."""

import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockapi.assembly import all_controllers
from mockapi.kinds.admission import PLUGINS
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from mockapi.web.app import create_app
from tests.web.samples import SAMPLES
from tests.world import NAMESPACE, World

EXAMPLES = 2  # for each of several hundred operations
CHANGES = 4000
BOUNDED = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
# What the real server answers as well, and (501) what this one says that it does not support.
BY_DESIGN = {(500, None), (501, "NotImplemented"), (503, "ServiceUnavailable"), (504, "Timeout")}
JSON_PATCH = "application/json-patch+json"
WRITES = (
    ("POST", "application/json"),
    ("PUT", "application/json"),
    ("PATCH", "application/merge-patch+json"),
    ("PATCH", "application/strategic-merge-patch+json"),
    ("PATCH", "application/apply-patch+yaml"),
    ("PATCH", JSON_PATCH),
)
MANAGER = st.sampled_from([{"fieldManager": "me"}, {"fieldManager": "me", "force": "true"}])
TEXTS = [
    "",
    "x",
    "0",
    "-1",
    "1Gi",
    "10.0.0.1",
    "::1",
    "10.0.0.0/8",
    "a/b",
    "A b",
    "*.a",
    "None",
    "\0",
    "é",
    "x" * 300,
    "2020-01-01T00:00:00Z",
]
ODD = st.sampled_from([None, *TEXTS, True, 0, -1, 1.5, 70000, 2**31, 2**63, [], {}, [None], [[]], [{}], {"": ""}, {"a": None}, ["a", "a"]])
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
# Values that get far, with some that do not; parameters that are not here are left out, or the answer would be a stream.
PARAMETERS: dict[str, Any] = {
    "continue": {"type": "string"},
    "container": {"enum": ["web", "none"]},
    "dryRun": {"enum": ["All", "All", "All", "Some"]},
    "fieldManager": {"enum": ["me", "you", "\x07"]},
    "fieldSelector": {"anyOf": [{"enum": ["metadata.name=one", "metadata.namespace!=ns", "spec.nodeName="]}, {"type": "string"}]},
    "fieldValidation": {"enum": ["Ignore", "Warn", "Strict"]},
    "force": {"type": "boolean"},
    "gracePeriodSeconds": {"enum": [-1, 0, 30, "x"]},
    "labelSelector": {"anyOf": [{"enum": ["app=web", "app in (web,api),!tier", "a==b,"]}, {"type": "string"}]},
    "limit": {"enum": [0, 1, -1, "x"]},
    "orphanDependents": {"type": "boolean"},
    "path": {"type": "string"},
    "pretty": {"type": "boolean"},
    "propagationPolicy": {"enum": ["Foreground", "Background", "Orphan", "None"]},
    "resourceVersion": {"enum": ["0", "1", "3", "x", "99999999"]},
    "resourceVersionMatch": {"enum": ["Exact", "NotOlderThan"]},
}
# What could send requests of its own.
CALLING = ("/apis/admissionregistration.k8s.io/", "/apis/apiregistration.k8s.io/")
MACHINERY = "io.k8s.apimachinery.pkg.apis.meta.v1"
PATCH_STEPS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": {"enum": ["", "/", "/metadata/labels/a~1b", "/spec", "/spec/ports/0", "/spec/ports/-", "/data", "/data/k", "/x/y"]},
            "from": {"enum": ["/metadata", "/spec", "/spec/ports/0", "/data/k"]},
            "value": {},
        },
    },
}


class Cluster:
    """The API on every kind, in this process, with an object called `one` of most."""

    def __init__(self, database: Database) -> None:
        self.world = World(database, admission=tuple(PLUGINS))
        self.client = create_app(self.world.resources, stopped=lambda: False).test_client()
        for path, body in SAMPLES.items():
            answer = self.client.post(path.format(namespace=NAMESPACE), json=body)
            assert answer.status_code == 201, (path, answer.text)

    def objects(self) -> dict[str, Any]:
        """The objects called `one`, with all their defaults, by their collections' paths."""
        paths = [path.format(namespace=NAMESPACE) for path, body in SAMPLES.items() if body["metadata"]["name"] == "one"]
        return {path: self.client.get(f"{path}/one").json for path in paths}

    def document(self) -> dict[str, Any]:
        """All that OpenAPI says, in one document."""
        paths: dict[str, Any] = {}
        schemas: dict[str, Any] = {}
        for entry in self.client.get("/openapi/v3").json["paths"].values():
            found = self.client.get(entry["serverRelativeURL"]).json
            paths |= found["paths"]
            schemas |= found["components"]["schemas"]
        schemas[f"{MACHINERY}.DeleteOptions"]["properties"] |= {"apiVersion": {"enum": ["v1"]}, "kind": {"enum": ["DeleteOptions"]}}
        schemas[f"{MACHINERY}.ObjectMeta"]["properties"] |= {
            "name": {"enum": ["one", "two"]},
            "namespace": {"enum": [NAMESPACE]},
            "uid": {"enum": [""]},
        }
        return {
            "openapi": "3.0.0",
            "info": {"title": "all", "version": "1"},
            "paths": {path: pointed(item) for path, item in paths.items() if not path.startswith(CALLING)},
            "components": {"schemas": schemas},
        }


def pointed(item: dict[str, Any]) -> dict[str, Any]:
    """A path item whose requests often meet something, and say in patches what could be in an object."""
    for parameter in item["parameters"]:
        parameter["schema"] = {"enum": [{"namespace": NAMESPACE}.get(parameter["name"], "one")]}
    whole = item.get("put", {}).get("requestBody", {}).get("content", {}).get("*/*")
    for method, operation in item.items():
        if method == "parameters":
            continue
        operation["parameters"] = [
            {**parameter, "required": method == "delete" and parameter["name"] == "dryRun", "schema": PARAMETERS[parameter["name"]]}
            for parameter in operation["parameters"]
            if parameter["name"] in PARAMETERS
        ]
        content = operation.get("requestBody", {}).get("content", {})
        if "*/*" in content:
            content["application/json"] = content.pop("*/*")
        for media_type in content if method == "patch" else ():
            content[media_type] = {"schema": PATCH_STEPS} if "json-patch" in media_type else whole or {"schema": {}}
    return item


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    url = f"sqlite:///{tmp_path_factory.mktemp('any')}/test.db"
    migrate(url)
    database = Database(url)
    yield Cluster(database)
    database.close()


@dataclass(frozen=True)
class Sent:
    """A request, for the message of a failure."""

    method: str
    path: str
    query: dict[str, Any]
    content_type: str
    body: Any

    def check(self, cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
        """Sends it. AssertionError when the answer is a failure of ours."""
        body = "" if isinstance(self.body, schemathesis.core.NotSet) else json.dumps(self.body)
        headers = {"Content-Type": self.content_type} if self.content_type else {}
        answer = cluster.client.open(self.path, method=self.method, query_string=self.query, data=body, headers=headers)
        assert not caplog.records, self
        if answer.status_code >= 400 and answer.content_type == "application/json":
            assert answer.json["code"] == answer.status_code, self
        assert answer.status_code < 500 or (answer.status_code, answer.json.get("reason")) in BY_DESIGN, (self, answer.text)


def changed(objects: dict[str, Any]) -> st.SearchStrategy[Sent]:
    """Writes of valid objects, by path, in which something is something else."""

    @st.composite
    def writes(draw: st.DrawFn) -> Sent:
        path = draw(st.sampled_from(sorted(objects)))
        obj = deepcopy(objects[path])
        method, content_type = draw(st.sampled_from(WRITES))
        if method == "POST":
            obj["metadata"] |= {"name": "two", "resourceVersion": "", "uid": ""}
        places = list(places_of(obj))
        place, value = draw(st.sampled_from(places)), draw(ODD | st.sampled_from(places).map(lambda other: deepcopy(at(obj, other))))
        query = draw(st.sampled_from([{}, {"dryRun": "All"}, {"fieldValidation": "Strict"}])) | draw(MANAGER)
        if content_type == JSON_PATCH:
            pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
            op = draw(st.sampled_from(["add", "replace", "remove"]))
            return Sent(method, f"{path}/one", query, content_type, [{"op": op, "path": pointer, "value": value}])
        at(obj, place[:-1])[place[-1]] = value
        if isinstance(obj.get("metadata"), dict):
            for name in draw(st.sampled_from([(), ("resourceVersion",), ("managedFields",), ("resourceVersion", "managedFields")])):
                obj["metadata"].pop(name, None)
        return Sent(method, path if method == "POST" else f"{path}/one", query, content_type, obj)

    return writes()


def places_of(value: Any, *before: Any) -> Iterator[tuple[Any, ...]]:
    """Where something is in an object: keys and indices from its top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, below in inner:
        yield (*before, part)
        yield from places_of(below, *before, part)


def at(value: Any, place: tuple[Any, ...]) -> Any:
    """What is at a place."""
    for part in place:
        value = value[part]
    return value


def test_every_operation_answers_anything(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    for found in schemathesis.openapi.from_dict(cluster.document()).get_all_operations():
        operation = found.ok()

        @settings(BOUNDED, max_examples=EXAMPLES)
        @given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            Sent(case.method, case.formatted_path, case.query or {}, case.media_type or "", case.body).check(cluster, caplog)

        answers()


def test_valid_objects_may_have_anything_in_any_place(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)

    @settings(BOUNDED, max_examples=CHANGES)
    @given(sent=changed(cluster.objects()))
    def answers(sent: Sent) -> None:
        sent.check(cluster, caplog)

    answers()


def test_whatever_was_stored_can_be_shown(cluster: Cluster) -> None:
    """After the requests before: lists in every form."""
    for kind in cluster.world.resources.catalogue.kinds:
        if "list" not in kind.verbs:
            continue
        path = f"/apis/{kind.group}/{kind.version}/{kind.plural}" if kind.group else f"/api/v1/{kind.plural}"
        for accept in (TABLE, {"Accept": "application/yaml"}, {}):
            assert cluster.client.get(path, headers=accept).status_code == 200, (path, accept)


def test_controllers_come_to_rest_over_whatever_was_stored(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    cluster.world.run(*all_controllers())
    cluster.world.advance(60)
    assert not caplog.records
