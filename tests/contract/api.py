"""A server for all tests of the contract, and the kinds that they are about."""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug.test import Client as HttpClient
from werkzeug.test import TestResponse as Response

from mockapi.assembly import all_kinds
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind
from mockapi.web.app import create_app
from tests.world import NAMESPACE, World

LABEL = {"example.com/contract": "kept"}
# Of these there is one object for each of the names that are known.
SINGLETONS = ("addons.simulation.mockapi.dev", "simulations.simulation.mockapi.dev")


def declared(kind: Kind) -> str:
    """The kind's key in minimal.yaml: its resource, and for a version that is not the stored one its path."""
    return kind.resource if kind.is_stored else f"{kind.api_version}/{kind.plural}"


@cache
def minimal() -> Object:
    loaded: Object = yaml.safe_load((Path(__file__).parent / "minimal.yaml").read_text())
    return loaded


def kinds_with(*verbs: str, subresource: str = "") -> pytest.MarkDecorator:
    """Runs a test for each kind of objects that declares all these verbs, and the subresource."""
    kept = [kind for kind in all_kinds() if not kind.handlers and kind.resource not in SINGLETONS]
    chosen = [kind for kind in kept if set(verbs) <= set(kind.verbs) and (not subresource or kind.subresource(subresource))]
    return pytest.mark.parametrize("kind", chosen, ids=declared)


class Api:
    """One server for all tests; each has a name of its own for its objects."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = HttpClient(create_app(world.resources, stopped=lambda: False))
        self._names = itertools.count()

    def path(self, kind: Kind, name: str = "", *, namespaced: bool | None = None) -> str:
        """Of a collection, or an object; `namespaced` False for all namespaces, or the wrong scope."""
        root = f"/apis/{kind.group}" if kind.group else "/api"
        scope = f"/namespaces/{NAMESPACE}" if (kind.namespaced if namespaced is None else namespaced) else ""
        return f"{root}/{kind.version}{scope}/{kind.plural}" + (f"/{name}" if name else "")

    def object(self, kind: Kind, name: str = "") -> Object:
        """A minimal object, under a new name if none is given; where the data say how, {name} and {number} stand for it."""
        number = next(self._names)
        name = name or f"contract-{number}"
        filled: Object = json.loads(json.dumps(minimal()[declared(kind)]).replace("{name}", name).replace("{number}", str(number)))
        return {**filled, "metadata": {"name": name, "labels": LABEL, **filled.get("metadata", {})}}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        headers = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body)
        return self.client.open(path, method=method, data=data, headers=headers)

    def create(self, kind: Kind) -> Object:
        """A new object as stored."""
        answer = self.call("POST", self.path(kind), self.object(kind))
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def get(self, kind: Kind, name: str) -> Response:
        return self.call("GET", self.path(kind, name))
