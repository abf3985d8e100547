"""What is to be done with the slices of one service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mockapi.controllers.service_endpoints.slices import with_metadata
from mockapi.machinery.meta import Object, Objects, name_of


@dataclass
class Plan:
    """Slices to write, to remove and to leave alone. Those of `update` carry the name of the slice that they replace."""

    create: Objects = field(default_factory=list)
    update: Objects = field(default_factory=list)
    delete: Objects = field(default_factory=list)
    keep: Objects = field(default_factory=list)

    def __iadd__(self, other: Plan) -> Plan:
        self.create += other.create
        self.update += other.update
        self.delete += other.delete
        self.keep += other.keep
        return self

    def recycle(self, reusable: Callable[[Object], bool]) -> None:
        """Overwrites slices that would be deleted with those of their address type that would be created."""
        for old in [slice_ for slice_ in self.delete if reusable(slice_)]:
            new = next((slice_ for slice_ in reversed(self.create) if slice_["addressType"] == old["addressType"]), None)
            if new is not None:
                self.create.remove(new)
                self.delete.remove(old)
                self.update.append(with_metadata(new, name=name_of(old)))
