"""Which objects a controller's object controls: those it owns, and orphans that its selector matches, which it adopts.

An owned object that the selector no longer matches is let go (ObjectMeta.ownerReferences).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import (
    Key,
    Object,
    Objects,
    controller_of,
    is_terminating,
    key_of,
    labels_of,
    namespace_of,
    owner_reference,
    uid_of,
)
from mockapi.machinery.selectors import LabelSelector, selector_from_object
from mockapi.reconcile.controller import Toolbox

_GONE = frozenset({404, 422})


def anything(_obj: Object) -> bool:
    """Lets every object be claimed."""
    return True


class Claims:
    """Claims objects of one resource for owners of another."""

    def __init__(self, toolbox: Toolbox, owners: str, dependents: str, eligible: Callable[[Object, Object], bool] | None = None) -> None:
        """`eligible(owner, dependent)` narrows what the selector matches."""
        self._client = toolbox.client
        self._informer = toolbox.informers.of(dependents)
        self._owners = toolbox.informers.of(owners)
        self._owner_resource, self._resource = owners, dependents
        self._eligible = eligible

    def claim(self, owner: Object, considered: Callable[[Object], bool] = anything) -> Objects:
        """All that the owner controls from now on, of what is considered."""
        selector = selector_from_object(owner["spec"]["selector"])
        claimed = [obj for obj in self._owned(owner) if considered(obj) and self._keep(owner, selector, obj)]
        if not is_terminating(owner):
            orphans = [obj for obj in self._informer.matching(namespace_of(owner), selector) if _may_be_adopted(obj) and considered(obj)]
            adopted = (self._adopt(owner, obj) for obj in orphans if self._matches(owner, selector, obj))
            claimed += [obj for obj in adopted if obj is not None]
        return claimed

    def owned(self, owner: Object) -> Objects:
        """What the owner controls and its selector matches, with nothing adopted or let go."""
        selector = selector_from_object(owner["spec"]["selector"])
        return [obj for obj in self._owned(owner) if self._matches(owner, selector, obj)]

    def keys(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """The Watch for dependents: the keys of their owners, and for an orphan those of all that may adopt it."""
        kind = self._client.resources.catalogue.by_resource(self._owner_resource).kind
        references = [reference for state in (obj, previous) if state for reference in (controller_of(state),) if reference]
        keys = {Key(namespace_of(obj), reference["name"]) for reference in references if reference["kind"] == kind}
        return keys if controller_of(obj) else keys | self._adopters(obj, previous)

    def _adopters(self, obj: Object, previous: Object | None) -> set[Key]:
        if previous is not None and labels_of(obj) == labels_of(previous) and controller_of(previous) is None:
            return set()
        return {key_of(owner) for owner in self._owners.list(namespace_of(obj)) if self._may_adopt(owner, obj)}

    def _may_adopt(self, owner: Object, obj: Object) -> bool:
        return self._matches(owner, selector_from_object(owner["spec"]["selector"]), obj)

    def _owned(self, owner: Object) -> Objects:
        uid = uid_of(owner)
        return [obj for obj in self._informer.owned_by(uid) if (controller_of(obj) or {}).get("uid") == uid]

    def _matches(self, owner: Object, selector: LabelSelector, obj: Object) -> bool:
        return selector.matches(labels_of(obj)) and (self._eligible is None or self._eligible(owner, obj))

    def _keep(self, owner: Object, selector: LabelSelector, obj: Object) -> bool:
        """Whether what is owned still belongs to the owner; lets it go when not."""
        if self._matches(owner, selector, obj):
            return True
        if not is_terminating(owner):
            references = [reference for reference in obj["metadata"]["ownerReferences"] if reference["uid"] != uid_of(owner)]
            self._set_references(obj, references)
        return False

    def _adopt(self, owner: Object, obj: Object) -> Object | None:
        references = [*(obj["metadata"].get("ownerReferences") or ()), owner_reference(owner)]
        return self._set_references(obj, references)

    def _set_references(self, obj: Object, references: Objects) -> Object | None:
        """Writes the owner references of the very object that was seen. None when it is gone."""
        meta, key = obj["metadata"], key_of(obj)
        change = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"], "ownerReferences": references or None}
        try:
            return self._client.patch(self._resource, key.namespace, key.name, {"metadata": change})
        except StatusError as failure:
            if failure.code not in _GONE:
                raise
            return None


def _may_be_adopted(obj: Object) -> bool:
    return controller_of(obj) is None and not is_terminating(obj)
