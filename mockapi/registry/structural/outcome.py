"""What validating a value against a schema came to, and the sentences of errors (kube-openapi's validation/errors)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError, Path

NOWHERE = "<nil>"
"""How the real server writes the path of the whole object in errors of custom resources."""

NOT_CHECKED = fielderrors.invalid(
    NOWHERE,
    None,
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
)
"""Stands beside errors that keep rules in CEL from being looked at."""

# What has no counterpart in the old object.
ABSENT: Final = object()

_BLOCKING = frozenset({"FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"})


class Outcome:
    """Errors whose `field` is relative to the value, each told once, and the number of checks made: the most tell the best of several."""

    __slots__ = ("errors", "matches")

    def __init__(self, errors: Iterable[FieldError] = (), matches: int = 0) -> None:
        self.errors: dict[FieldError, None] = dict.fromkeys(errors)
        self.matches = matches

    @property
    def valid(self) -> bool:
        """Whether there is nothing wrong."""
        return not self.errors

    def add(self, error: FieldError) -> None:
        """Adds one error."""
        self.errors[error] = None

    def merge(self, other: Outcome) -> None:
        """Takes over what another part found."""
        self.errors |= other.errors
        self.matches += other.matches

    def located(self, path: Path | None = None) -> list[FieldError]:
        """The errors with whole paths; `path` is where the value stands in its object, None when it is the object."""
        return [FieldError(error.reason, _place(path, error.field), error.message) for error in self.errors]


def _place(path: Path | None, name: str) -> str:
    if path is None:
        return name or NOWHERE
    return path.child(name) if name else path


def blocks_rules(errors: Iterable[FieldError]) -> bool:
    """Whether rules in CEL make no sense on an object with these errors."""
    return any(error.reason in _BLOCKING for error in errors)


def broken(name: str, value: Any, sentence: str) -> FieldError:
    """A value that breaks a rule."""
    return fielderrors.invalid(name, value, f"{name} in body {sentence}")


def wrong_type(name: str, wanted: str, found: str) -> FieldError:
    """A value of another type; `found` is the type, or the text that lacks the format `wanted`."""
    detail = f'{name} in body must be of type {wanted}: "{found}"'
    return FieldError("FieldValueTypeInvalid", name, f"Invalid value: {fielderrors.printed(found)}: {detail}")


def whole(sentence: str) -> FieldError:
    """An error that the real server tells without saying where."""
    return fielderrors.invalid("", "", sentence)
