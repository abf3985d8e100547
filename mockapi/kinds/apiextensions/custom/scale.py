"""The scale subresource of custom resources (apiextensions.k8s.io/v1 CustomResourceSubresourceScale)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockapi.machinery.fielderrors import FieldError, invalid
from mockapi.machinery.gotext import type_name, value_text
from mockapi.machinery.meta import Object
from mockapi.registry.subresource import Scale, Subresource

_MOST = 2**31 - 1


class ScalePaths:
    """Where a custom resource keeps what its Scale shows."""

    def __init__(self, declared: Object) -> None:
        """`declared` is `subresources.scale` of a definition's version."""
        self._spec: str = declared["specReplicasPath"]
        self._status: str = declared["statusReplicasPath"]
        self._selector: str = declared.get("labelSelectorPath") or ""

    @property
    def subresource(self) -> Subresource:
        """The subresource that serves it."""
        paths = (path.removeprefix(".") for path in (self._spec, self._status, self._selector))
        return Subresource("scale", kind="Scale", group="autoscaling", version="v1", scale=Scale(*paths))

    def spec_errors(self, obj: Object) -> Iterator[FieldError]:
        """What is wrong with the replicas that are wanted."""
        return _number_errors(obj, self._spec)

    def status_errors(self, obj: Object) -> Iterator[FieldError]:
        """What is wrong with the replicas that there are, and with their selector."""
        yield from _number_errors(obj, self._status)
        if self._selector:
            _, problem = _looked_up(obj, self._selector, str)
            if problem:
                yield invalid(self._selector, "", problem)


def _number_errors(obj: Object, path: str) -> Iterator[FieldError]:
    found, problem = _looked_up(obj, path, int)
    if problem:
        yield invalid(path, 0, problem)
    elif found is not None and found < 0:
        yield invalid(path, found, "should be a non-negative integer")
    elif found is not None and found > _MOST:
        yield invalid(path, found, f"should be less than or equal to {_MOST}")


def _looked_up(obj: Object, path: str, wanted: type) -> tuple[Any, str]:
    """The value at a path, None when it is absent, and what is wrong with its type."""
    value: Any = obj
    walked: list[str] = []
    for part in path.removeprefix(".").split("."):
        if not isinstance(value, dict):
            return (
                None,
                f".{'.'.join(walked)} accessor error: {value_text(value)} is of the type {type_name(value)}, expected {type_name({})}",
            )
        if part not in value:
            return None, ""
        value = value[part]
        walked.append(part)
    if type(value) is not wanted:
        expected = type_name(wanted())
        return None, f".{'.'.join(walked)} accessor error: {value_text(value)} is of the type {type_name(value)}, expected {expected}"
    return value, ""
