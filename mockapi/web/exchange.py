"""One HTTP exchange, free of the framework: what was called, and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from urllib.parse import parse_qs

from mockapi.registry.options import Query

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
TEXT = "text/plain; charset=utf-8"


class Headers(Protocol):
    """Header lookup, whatever the case of the name."""

    def get(self, name: str, default: str, /) -> str:
        """The header's value, or the default."""


@dataclass
class Call:
    """A request. `read` returns the body, at most so many bytes of it; `disconnected` tells whether the client has gone."""

    method: str
    path: str
    query_string: str
    headers: Headers
    read: Callable[[int], bytes]
    disconnected: Callable[[], bool] = lambda: False
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def query(self) -> Query:
        """The parsed query string."""
        return parse_qs(self.query_string, keep_blank_values=True) if self.query_string else {}

    def parameter(self, name: str) -> str:
        """The first value of a query parameter, "" when it is absent."""
        return self.query.get(name, [""])[0]

    @property
    def accept(self) -> str:
        """The Accept header."""
        return self.headers.get("Accept", "")

    @property
    def user_agent(self) -> str:
        """The User-Agent header."""
        return self.headers.get("User-Agent", "")


@dataclass(slots=True)
class Answer:
    """A response; a body that is an iterator is streamed, and each of its items is sent at once."""

    status: int
    body: bytes | Iterator[bytes]
    content_type: str = JSON
    headers: list[tuple[str, str]] = field(default_factory=list)
    cache_control: str = "no-cache, private"
    # Whether the very same body is answered again and again, so that it pays to keep it compressed.
    lasting: bool = False


def text(status: int, body: str) -> Answer:
    """A plain answer, as the parts of the real server give that are not resources."""
    return Answer(status, body.encode(), TEXT, [("X-Content-Type-Options", "nosniff")])


def page_not_found() -> Answer:
    """404 for paths outside every served group."""
    return text(404, "404 page not found\n")
