"""Checks that the kinds of this group share: each gets a value and yields errors relative to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mockapi.kinds.podspec.checks import grammar
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.registry.validation import Check, Leaf, Rules


def follows(rule: Callable[[str], list[str]]) -> Check:
    """A text that a rule of `mockapi.machinery.names` must accept, be it empty or not."""

    def check(value: str) -> Iterator[FieldError]:
        yield from (fielderrors.invalid("", value, sentence) for sentence in rule(value))

    return check


class ReferenceRules(Rules):
    """What points at an object by group, kind and name (core/v1 TypedLocalObjectReference)."""

    apiGroup = Leaf(follows(names.dns1123_subdomain))  # noqa: N815 (fields of the API keep their names)
    kind = Leaf(grammar(names.path_segment_name, must=True))
    name = Leaf(grammar(names.path_segment_name, must=True))
