"""Which autoscaler measures which pods: none may be measured by two."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.machinery.meta import Key, Object, labels_of
from mockapi.machinery.selectors import LabelSelector


class Selecting:
    """The selectors with which autoscalers were last looked at."""

    def __init__(self) -> None:
        self._selectors: dict[Key, LabelSelector] = {}

    def note(self, key: Key, selector: LabelSelector) -> None:
        """The autoscaler measures the pods of this selector."""
        self._selectors[key] = selector

    def forget(self, key: Key) -> None:
        """There is no such autoscaler any more."""
        self._selectors.pop(key, None)

    def measuring(self, namespace: str, pods: Iterable[Object]) -> list[Key]:
        """The autoscalers that measure any of these pods of a namespace."""
        labels = [labels_of(pod) for pod in pods]
        return sorted(key for key, selector in self._selectors.items() if key.namespace == namespace and any(map(selector.matches, labels)))
