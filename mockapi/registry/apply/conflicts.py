"""Conflicts between managers, and the 409 that tells of them."""

from __future__ import annotations

from mockapi.machinery.errors import StatusError
from mockapi.machinery.gotext import quoted
from mockapi.machinery.meta import Object
from mockapi.registry.apply.fieldsets import FieldSet, difference, paths
from mockapi.registry.apply.managed import UPDATE, Manager

Conflicts = dict[Manager, FieldSet]
"""What an apply would take from whom."""


class ConflictError(Exception):
    """An apply was not forced and would change what others own."""

    def __init__(self, conflicts: Conflicts) -> None:
        super().__init__()
        self.conflicts = conflicts

    def without(self, allowed: FieldSet) -> Conflicts:
        """The conflicts about other fields than these."""
        left = {manager: difference(fields, allowed) for manager, fields in self.conflicts.items()}
        return {manager: fields for manager, fields in left.items() if fields}

    def status_error(self) -> StatusError:
        """The answer: 409 with a cause for each field."""
        found = {manager: list(paths(fields)) for manager, fields in sorted(self.conflicts.items())}
        causes = [_cause(manager, path) for manager, fields in found.items() for path in fields]
        return StatusError(409, "Conflict", _message(found, len(causes)), {"causes": causes})


def _cause(manager: Manager, path: str) -> Object:
    return {"reason": "FieldManagerConflict", "message": f"conflict with {_printed(manager)}", "field": path}


def _message(found: dict[Manager, list[str]], count: int) -> str:
    if count == 1:
        manager, (path,) = next(iter(found.items()))
        return f"Apply failed with 1 conflict: conflict with {_printed(manager)}: {path}"
    lines = []
    for manager, fields in found.items():
        lines += [f"conflicts with {_printed(manager)}:", *(f"- {path}" for path in fields)]
    return f"Apply failed with {count} conflicts: " + "\n".join(lines)


def _printed(manager: Manager) -> str:
    text = quoted(manager.name)
    if manager.subresource:
        text += f" with subresource {quoted(manager.subresource)}"
    return f"{text} using {manager.api_version}" if manager.operation == UPDATE else text
