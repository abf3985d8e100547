"""Errors about one field of an object, and the paths that name fields, as Kubernetes prints both."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mockapi.machinery.gotext import quoted

INTERNAL = "InternalError"
# Go writes these letters so in JSON, lest HTML take them for its own.
_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class Path(str):
    """A field path such as `spec.ports[0].nodePort`; the empty path is the object itself."""

    __slots__ = ()

    def child(self, *names: str) -> Path:
        """The path of a field below this one."""
        return Path(".".join((self, *names)) if self else ".".join(names))

    def item(self, position: int) -> Path:
        """The path of a list's item."""
        return Path(f"{self}[{position}]")

    def key(self, name: str) -> Path:
        """The path of a map's value."""
        return Path(f"{self}[{name}]")


ROOT = Path("")
SPEC = Path("spec")
METADATA = Path("metadata")


@dataclass(frozen=True)
class FieldError:
    """One cause in a Status: machine-readable `reason`, the field's path, and the sentence without the path."""

    reason: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"

    def as_cause(self) -> dict[str, str]:
        """The entry of `Status.details.causes`."""
        return {"reason": self.reason, "message": self.message, "field": self.field}


def required(field: str, detail: str = "") -> FieldError:
    """A value that must be given is absent."""
    return FieldError("FieldValueRequired", field, "Required value" + (f": {detail}" if detail else ""))


def invalid(field: str, value: Any, detail: str) -> FieldError:
    """A value breaks a rule that `detail` states."""
    return FieldError("FieldValueInvalid", field, f"Invalid value: {printed(value)}" + (f": {detail}" if detail else ""))


def not_supported(field: str, value: Any, supported: list[str] | tuple[str, ...]) -> FieldError:
    """A value outside an enumeration; `supported` is printed in the order given."""
    choices = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in supported)
    detail = f": supported values: {choices}" if supported else ""
    return FieldError("FieldValueNotSupported", field, f"Unsupported value: {printed(value)}{detail}")


def duplicate(field: str, value: Any) -> FieldError:
    """A value that must be unique stands twice."""
    return FieldError("FieldValueDuplicate", field, f"Duplicate value: {printed(value)}")


def forbidden(field: str, detail: str) -> FieldError:
    """A value that may not be given here."""
    return FieldError("FieldValueForbidden", field, f"Forbidden: {detail}")


def not_found(field: str, value: Any) -> FieldError:
    """A value that names something absent."""
    return FieldError("FieldValueNotFound", field, f"Not found: {printed(value)}")


def too_long(field: str, limit: int, unit: str = "bytes") -> FieldError:
    """A value longer than `limit`; the value itself is not repeated."""
    what = f"may not be more than {limit} {unit}" if unit == "bytes" else f"may not be longer than {limit}"
    return FieldError("FieldValueTooLong", field, f"Too long: {what}")


def too_many(field: str, actual: int, limit: int) -> FieldError:
    """A list with more items than `limit`."""
    items = "item" if limit == 1 else "items"
    return FieldError("FieldValueTooMany", field, f"Too many: {actual}: must have at most {limit} {items}")


def internal(field: str, detail: str) -> FieldError:
    """Something that is the server's fault."""
    return FieldError(INTERNAL, field, f"Internal error: {detail}")


def printed(value: Any) -> str:
    """A value as error messages show it: JSON, strings quoted as Go quotes them, null for what is absent."""
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_HTML)
