"""CustomResourceDefinitions: their names are accepted where no other definition has them, and their objects go before they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mockapi.machinery.clock import timestamp
from mockapi.machinery.conditions import is_true, with_condition
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.registry.definitions import (
    APPROVED,
    CLEANUP_FINALIZER,
    ESTABLISHED,
    NAMES_ACCEPTED,
    RESOURCE,
    TERMINATING,
    approval_of,
    is_protected,
)

# What is waiting for its finalizers wakes the controller when it goes; this is for what was missed.
_LOOK_AGAIN = 5.0
_KINDS = ("kind", "listKind")


class _Names(NamedTuple):
    """The names that a definition gets, and (reason, message) why it does not get all that it wants."""

    accepted: Object
    conflict: tuple[str, str] | None


class CustomResourceDefinitions(Controller):
    """Accepts and establishes definitions, and clears up behind those that are deleted. Keys are definitions."""

    name = "customresourcedefinition"
    component = "kube-apiserver"

    def watches(self) -> Mapping[str, Watch]:
        custom = [kind for kind in self.client.resources.catalogue.stored if kind.codec is not None and kind.own_codec is None]
        return {RESOURCE: self._concerned, **{kind.resource: self._of_terminating(kind.resource) for kind in custom}}

    def watching(self) -> int:
        return self.client.resources.catalogue.revision

    def reconcile(self, key: Key) -> float | None:
        definition = self.client.get(RESOURCE, "", key.name)
        if definition is None:
            return None
        if is_terminating(definition):
            return self._clear_up(definition)
        self._accept(definition)
        return None

    def _concerned(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """A definition, and those of its group that may get names which it gives up."""
        group = obj["spec"]["group"]
        waiting = (other for other in self.informers.of(RESOURCE).list() if other["spec"]["group"] == group)
        return [key_of(obj), *(key_of(other) for other in waiting if not is_true(other, NAMES_ACCEPTED))]

    def _of_terminating(self, resource: str) -> Watch:
        """A definition has the name of the resource that it defines."""

        def concerned(_obj: Object, _previous: Object | None) -> Iterable[Key]:
            definition = self.informers.of(RESOURCE).get(Key("", resource))
            return [Key("", resource)] if definition and is_terminating(definition) else []

        return concerned

    def _accept(self, definition: Object) -> None:
        names, now = self._names(definition), timestamp(self.clock.now())
        conditions: Objects | None = definition["status"].get("conditions")
        if names.conflict is None:
            conditions = with_condition(conditions, NAMES_ACCEPTED, "True", "NoConflicts", "no conflicts found", now)
            sentence = "the initial names have been accepted"
            if not is_true(definition, ESTABLISHED):
                conditions = with_condition(conditions, ESTABLISHED, "True", "InitialNamesAccepted", sentence, now)
        else:
            conditions = with_condition(conditions, NAMES_ACCEPTED, "False", *names.conflict, now)
            if not is_true(definition, ESTABLISHED):
                conditions = with_condition(conditions, ESTABLISHED, "False", "NotAccepted", "not all names are accepted", now)
        if is_protected(definition["spec"]["group"]):
            conditions = with_condition(conditions, APPROVED, *approval_of(definition), now)
        self._update_status(definition, {"acceptedNames": names.accepted, "conditions": conditions})

    def _names(self, definition: Object) -> _Names:
        """Names that no other definition of the group has been given; what is taken stays as it was."""
        resources, kinds = self._taken(definition)
        wanted, had = definition["spec"]["names"], definition["status"]["acceptedNames"]
        accepted, conflict = dict(wanted), None
        for field in ("plural", "singular", "shortNames", "kind", "listKind"):
            asked = wanted.get(field) or []
            named = [asked] if isinstance(asked, str) else asked
            taken = [name for name in named if name in (kinds if field in _KINDS else resources)]
            if taken:
                accepted[field] = had.get(field) or type(asked)()
                conflict = _conflict(field, taken)  # of several conflicts the last is told
        return _Names({field: value for field, value in accepted.items() if value or field in {"plural", "kind"}}, conflict)

    def _taken(self, definition: Object) -> tuple[set[str], set[str]]:
        """The names of resources and of kinds that other definitions of the group have been given."""
        resources, kinds = set[str](), set[str]()
        for other in self.client.list(RESOURCE):
            if name_of(other) == name_of(definition) or other["spec"]["group"] != definition["spec"]["group"]:
                continue
            names = other["status"]["acceptedNames"]
            resources |= {names.get("plural", ""), names.get("singular", ""), *(names.get("shortNames") or ())}
            kinds |= {names.get("kind", ""), names.get("listKind", "")}
        return resources - {""}, kinds - {""}

    def _clear_up(self, definition: Object) -> float | None:
        if CLEANUP_FINALIZER not in (definition["metadata"].get("finalizers") or ()):
            return None
        resource = name_of(definition)
        for obj in self.client.list(resource):
            if not is_terminating(obj):
                key = key_of(obj)
                self.client.delete(resource, key.namespace, key.name, uid=uid_of(obj))
        if self.client.list(resource):
            self._tell_deletion(definition, "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress")
            return _LOOK_AGAIN
        kept = [name for name in definition["metadata"]["finalizers"] if name != CLEANUP_FINALIZER]
        seen = {field: definition["metadata"][field] for field in ("uid", "resourceVersion")}
        self.client.patch(RESOURCE, "", resource, {"metadata": {**seen, "finalizers": kept or None}})
        return None

    def _tell_deletion(self, definition: Object, status: str, reason: str, message: str) -> None:
        now = timestamp(self.clock.now())
        conditions = with_condition(definition["status"].get("conditions"), TERMINATING, status, reason, message, now)
        self._update_status(definition, {"conditions": conditions})

    def _update_status(self, definition: Object, changes: Object) -> None:
        status = {**definition["status"], **changes}
        if status != definition["status"]:
            self.client.update_status(RESOURCE, {**definition, "status": status})


def _conflict(field: str, taken: list[str]) -> tuple[str, str]:
    sentences = [f'"{name}" is already in use' for name in taken]
    text = sentences[0] if len(sentences) == 1 else f"[{', '.join(sentences)}]"
    return f"{field[0].upper()}{field[1:]}Conflict", text
