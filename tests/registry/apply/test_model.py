"""Any sequence of applies and updates of a ConfigMap, against a model of ownership that knows nothing of field sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from tests.registry.apply.api import Api, owned

APPLIERS, UPDATERS = ("alice", "bob", "carol"), ("editor", "fixer")
NAMES = count()

configurations = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12"), max_size=4)
operations = st.one_of(
    st.tuples(st.just("apply"), st.sampled_from(APPLIERS), configurations, st.booleans()),
    st.tuples(st.just("update"), st.sampled_from(UPDATERS), configurations, st.just(False)),
)


@dataclass
class Model:
    """Values by key, and the keys that each manager owns. `base` is always there and never touched again."""

    values: dict[str, str] = field(default_factory=lambda: {"base": "0"})
    owners: dict[tuple[str, str], set[str]] = field(default_factory=lambda: {("root", "Apply"): {"base"}})

    def apply(self, manager: str, wanted: dict[str, str], force: bool) -> bool:
        """False when others own what would change."""
        me = (manager, "Apply")
        others = {other: keys for other, keys in self.owners.items() if other != me}
        disputed = {key for key, value in wanted.items() if self.values.get(key, value) != value}
        if not force and any(keys & disputed for keys in others.values()):
            return False
        abandoned = self.owners.get(me, set()) - wanted.keys() - set().union(*others.values())
        self.values = {key: value for key, value in (self.values | wanted).items() if key not in abandoned}
        self._settle({**{other: keys - disputed for other, keys in others.items()}, me: set(wanted)})
        return True

    def update(self, manager: str, wanted: dict[str, str]) -> None:
        """Replaces all but the base."""
        me, wanted = (manager, "Update"), {"base": "0", **wanted}
        changed = {key for key, value in wanted.items() if self.values.get(key) != value}
        left = {owner: (keys if owner == me else keys - changed) & wanted.keys() for owner, keys in self.owners.items()}
        self.values = wanted
        self._settle({**left, me: left.get(me, set()) | changed})

    def _settle(self, owners: dict[tuple[str, str], set[str]]) -> None:
        self.owners = {owner: keys for owner, keys in owners.items() if keys}


def configmap(name: str, data: dict[str, str]) -> Object:
    """A configuration; an empty map that is applied is another story: the server does not keep it."""
    return {"metadata": {"name": name}, **({"data": data} if data else {})}


def keys_by_owner(obj: Object) -> dict[tuple[str, str], set[str]]:
    return {manager: {key.removeprefix("f:") for key in fields["f:data"]} for manager, fields in owned(obj).items()}


@settings(max_examples=80, deadline=None)
@given(st.lists(operations, max_size=8))
def test_ownership_follows_the_model(api: Api, steps):
    name, model = f"m{next(NAMES)}", Model()
    obj = api.apply("configmaps", {"metadata": {"name": name}, "data": {"base": "0"}}, "root")
    for operation, manager, wanted, force in steps:
        if operation == "update":
            obj = api.update("configmaps", {"metadata": {"name": name}, "data": {"base": "0", **wanted}}, manager)
            model.update(manager, wanted)
        elif model.apply(manager, wanted, force):
            obj = api.apply("configmaps", configmap(name, wanted), manager, force=force)
        else:
            with pytest.raises(StatusError, match="Apply failed with"):
                api.apply("configmaps", {"metadata": {"name": name}, "data": wanted}, manager)
        assert obj["data"] == model.values
        assert keys_by_owner(obj) == model.owners
        assert api.get("configmaps", name) == obj


@settings(max_examples=40, deadline=None)
@given(st.lists(operations, max_size=5), st.sampled_from(APPLIERS), configurations)
def test_applying_twice_changes_nothing_more(api: Api, steps, manager, wanted):
    name = f"t{next(NAMES)}"
    for operation, each, data, _ in steps:
        change = configmap(name, data)
        if operation == "apply":
            api.apply("configmaps", change, each, force=True)
        elif steps[0][0] == "apply":
            api.update("configmaps", change, each)
    configuration = configmap(name, wanted)
    once = api.apply("configmaps", configuration, manager, force=True)
    api.clock.advance(5)
    assert api.apply("configmaps", configuration, manager) == once
