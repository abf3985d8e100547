"""What a strategic merge patch must know of a kind's fields."""

from __future__ import annotations

from typing import Protocol


class PatchMeta(Protocol):
    """One field of a kind's schema, with its `x-kubernetes-patch-*` extensions.

    `strategies` holds `merge`, `replace` and `retainKeys` as declared; a list without `merge` is replaced as a whole.
    """

    @property
    def strategies(self) -> tuple[str, ...]:
        """The declared patch strategies; empty for most fields."""

    @property
    def merge_key(self) -> str | None:
        """The field that identifies an item of a list of objects."""

    @property
    def is_list(self) -> bool:
        """Whether the field holds a list."""

    @property
    def is_map(self) -> bool:
        """Whether the field holds an object with free keys."""

    def child(self, field: str) -> PatchMeta:
        """The named field of an object, or the value of a map. An unknown field answers one without strategies."""

    def item(self) -> PatchMeta:
        """The items of a list."""
