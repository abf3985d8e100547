"""All functions by name."""

from __future__ import annotations

from mockapi.registry.cel.functions import amounts, authorization, lists, networks, operators, patches, standard, texts
from mockapi.registry.cel.overloads import Overload

FUNCTIONS: dict[tuple[str, bool], list[Overload]] = {}
"""The overloads of each function; the flag says that it is a method."""

for _module in (operators, standard, texts, lists, networks, amounts, authorization, patches):
    for _overload in _module.OVERLOADS:
        FUNCTIONS.setdefault((_overload.function, _overload.method), []).append(_overload)
