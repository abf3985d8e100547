"""Match conditions: expressions that must all be true before a webhook is called or a policy evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockapi.machinery.meta import Objects
from mockapi.registry.dynamic.expressions import Expression, Failed, Scope, Unusable


class Conditions:
    """The match conditions of one webhook or policy."""

    def __init__(self, conditions: Objects, scope: Scope, *, fail_closed: bool) -> None:
        self._texts = [condition["expression"].strip() for condition in conditions]
        self._scope = scope
        self._fail_closed = fail_closed

    def __bool__(self) -> bool:
        return bool(self._texts)

    def hold(self, bindings: Mapping[str, Any]) -> bool:
        """Whether none is false. Raises Failed where one has no value, unless failures are ignored: then they do not hold."""
        failures = []
        for text in self._texts:
            try:
                if Expression(text, self._scope).value(bindings) is False:
                    return False
            except (Failed, Unusable) as failure:
                failures.append(str(failure))
        if failures and self._fail_closed:
            raise Failed(failures[0] if len(failures) == 1 else f"[{', '.join(failures)}]")
        return not failures
