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
from mockapi.reconcile.informer import OutlineFunction

# Which dependents an owner selects.
Selector = Callable[[Object], LabelSelector]

_GONE = frozenset({404, 422})
# The index of objects that nobody controls, by namespace.
_ORPHANS = "orphans"
# The index of objects by the uid of who controls them.
_CONTROLLED = "controlled"


class Claims:
    """Claims objects of one resource for owners of another."""

    def __init__(
        self,
        toolbox: Toolbox,
        owners: str,
        dependents: str,
        eligible: Callable[[Object, Object], bool] | None = None,
        *,
        selector: Selector = lambda owner: selector_from_object(owner["spec"]["selector"]),
        finalizer: str = "",
        outline: OutlineFunction | None = None,
    ) -> None:
        """`eligible(owner, dependent)` narrows what the selector matches; `finalizer` is held by what is owned, and only by that.

        With an outline what is claimed is no more than that of each object.
        """
        self._selector = selector
        self._finalizer = finalizer
        self._outline = outline
        self._client = toolbox.client
        self._informer = toolbox.informers.of(dependents)
        self._informer.add_index(_ORPHANS, _orphanage)
        self._informer.add_index(_CONTROLLED, _controller_uid)
        self._owners = toolbox.informers.of(owners)
        self._owner_resource, self._resource = owners, dependents
        self._eligible = eligible

    def claim(self, owner: Object, considered: Callable[[Object], bool] | None = None) -> Objects:
        """All that the owner controls from now on. Only what is considered is adopted or let go."""
        selector = self._selector(owner)
        stays = not is_terminating(owner)
        claimed = []
        for obj in self._found(_CONTROLLED, uid_of(owner)):
            if self._matches(owner, selector, obj):
                claimed.append(obj)
            elif stays and (considered is None or considered(obj)):
                self._let_go(owner, obj)
        for obj in self._found(_ORPHANS, namespace_of(owner)) if stays else ():
            adoptable = not is_terminating(obj) and (considered is None or considered(obj))
            if adoptable and self._matches(owner, selector, obj) and (adopted := self._adopt(owner, obj)):
                claimed.append(adopted)
        return claimed

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
        return self._matches(owner, self._selector(owner), obj)

    def _found(self, index: str, value: str) -> Objects:
        return self._informer.outlines(self._outline, index, value) if self._outline else self._informer.indexed(index, value)

    def _matches(self, owner: Object, selector: LabelSelector, obj: Object) -> bool:
        return selector.matches(labels_of(obj)) and (self._eligible is None or self._eligible(owner, obj))

    def _let_go(self, owner: Object, obj: Object) -> None:
        references = [reference for reference in obj["metadata"]["ownerReferences"] if reference["uid"] != uid_of(owner)]
        others = [held for held in obj["metadata"].get("finalizers") or () if held != self._finalizer]
        self._set_references(obj, references, others)

    def _adopt(self, owner: Object, obj: Object) -> Object | None:
        references = [*(obj["metadata"].get("ownerReferences") or ()), owner_reference(owner)]
        held = obj["metadata"].get("finalizers") or []
        missing = [self._finalizer] if self._finalizer and self._finalizer not in held else []
        return self._set_references(obj, references, [*held, *missing])

    def _set_references(self, obj: Object, references: Objects, finalizers: list[str]) -> Object | None:
        """Writes the owner references of the very object that was seen. None when it is gone."""
        meta, key = obj["metadata"], key_of(obj)
        change = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"], "ownerReferences": references or None}
        if self._finalizer:
            change["finalizers"] = finalizers or None
        try:
            return self._client.patch(self._resource, key.namespace, key.name, {"metadata": change})
        except StatusError as failure:
            if failure.code not in _GONE:
                raise
            return None


def _controller_uid(obj: Object) -> list[str]:
    controller = controller_of(obj)
    return [controller["uid"]] if controller else []


def _orphanage(obj: Object) -> list[str]:
    return [] if controller_of(obj) else [namespace_of(obj)]
