"""Ownership of an object's replicas as its scale subresource sees it: the same owners, in terms of the Scale."""

from __future__ import annotations

from dataclasses import replace

from mockapi.machinery.meta import Objects
from mockapi.registry.apply.elements import FIELD
from mockapi.registry.apply.fieldsets import difference, has, single
from mockapi.registry.apply.managed import Managed, Owned, decode, encode

_PATH_IN_SCALE = (f"{FIELD}spec", f"{FIELD}replicas")


class ScaledFields:
    """The managedFields of one object, whose `replicas` are at a dotted path."""

    def __init__(self, entries: Objects | None, api_version: str, replicas: str, scale_version: str) -> None:
        self._managed = {each: owned for each, owned in decode(entries).items() if owned.api_version == api_version}
        self._api_version = api_version
        self._path = tuple(FIELD + name for name in replicas.split("."))
        self._scale_version = scale_version

    def of_scale(self) -> Objects:
        """The entries of the Scale: those who own the replicas."""
        return encode(
            {
                manager: Owned(single(_PATH_IN_SCALE), self._scale_version, owned.time)
                for manager, owned in self._managed.items()
                if has(owned.fields, self._path)
            }
        )

    def of_object(self, scale_entries: Objects | None) -> Objects:
        """The object's entries after the Scale's have become these: who lost the replicas there loses them here."""
        scaled = {manager: owned for manager, owned in decode(scale_entries).items() if has(owned.fields, _PATH_IN_SCALE)}
        out: Managed = {}
        for manager, owned in self._managed.items():
            if has(owned.fields, self._path) and scaled.pop(manager, None) is None:
                owned = replace(owned, fields=difference(owned.fields, single(self._path)))  # noqa: PLW2901
            if owned.fields:
                out[manager] = owned
        for manager in scaled:
            # The real server looks for the time among the object's own managers, where a manager of the Scale is not.
            time = self._managed[manager].time if manager in self._managed else None
            out[manager] = Owned(single(self._path), self._api_version, time)
        return encode(out)
