"""What a controller looks at may go at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mockapi.machinery.errors import StatusError


@contextmanager
def unless_gone() -> Iterator[None]:
    """Leaves off what is done within when an object has gone in the meantime: its deletion brings the next look."""
    try:
        yield
    except StatusError as failure:
        if failure.code != 404:
            raise
