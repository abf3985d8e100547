"""What storage raises."""

from __future__ import annotations


class StorageError(Exception):
    """The database cannot be used, or was asked for something impossible; the message is one line for a person."""


class SchemaError(StorageError):
    """The database holds other tables than this version works with."""


class Compacted(Exception):  # noqa: N818 - named for what it tells, as StopIteration is
    """Changes after the asked revision are no longer all retained; `oldest` is the least revision that may be asked for."""

    def __init__(self, oldest: int) -> None:
        super().__init__(f"changes before revision {oldest} have been compacted")
        self.oldest = oldest
