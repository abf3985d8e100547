"""Rules of an autoscaler's metrics (autoscaling/v2 MetricSpec)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO

_TARGETS = ("Utilization", "Value", "AverageValue")
_NONE_OF_BOTH = "must set either a target value for metric or a per-pod target"
_BOTH = "may not set both a target value for metric and a per-pod target"
_NO_AMOUNT = "must set either a target raw value or a target utilization"


def metrics(specs: list[Object], minimum: int | None) -> Iterator[FieldError]:
    """The errors of spec.metrics, relative to it; `minimum` is spec.minReplicas."""
    for position, spec in enumerate(specs):
        yield from under(f"[{position}]", _metric(spec))
    if minimum == 0 and not any(spec.get("object") or spec.get("external") for spec in specs):
        yield fielderrors.forbidden("", "must specify at least one Object or External metric to support scaling to zero replicas")


def reference(ref: Object, *, core_group: bool = False) -> Iterator[FieldError]:
    """A CrossVersionObjectReference, to an object of the core group only if that may be."""
    for field in ("kind", "name"):
        value = ref.get(field, "")
        if not value:
            yield fielderrors.required(field)
        yield from (fielderrors.invalid(field, value, message) for message in names.path_segment_name(value))
    version = ref.get("apiVersion", "")
    if version.count("/") > 1:
        yield fielderrors.invalid("apiVersion", version, f"unexpected GroupVersion string: {version}")
    elif "/" not in version and not core_group:
        yield fielderrors.invalid("apiVersion", version, "apiVersion must specify API group")


def _metric(spec: Object) -> Iterator[FieldError]:
    kind = spec.get("type", "")
    if not kind:
        yield fielderrors.required("type", "must specify a metric source type")
    if kind not in _SOURCES:
        yield fielderrors.not_supported("type", kind, sorted(_SOURCES))
    given = [field for field, _ in _SOURCES.values() if spec.get(field) is not None]
    if given:
        yield from under(given[0], _CHECKS[given[0]](spec[given[0]]))
    if kind not in _SOURCES:
        yield fielderrors.not_supported("type", kind, sorted(_SOURCES))
        return
    expected = _SOURCES[kind][0]
    if expected not in given:
        yield fielderrors.required(expected, "must populate information for the given metric source")
    if len(given) != 1:
        for field in given:
            if field != expected:
                yield fielderrors.forbidden(field, "must populate the given metric source only")


def _identifier(metric: Object) -> Iterator[FieldError]:
    name = metric.get("name", "")
    if not name:
        yield fielderrors.required("name", "must specify a metric name")
    else:
        yield from (fielderrors.invalid("name", name, message) for message in names.path_segment_name(name))


def _target(target: Object) -> Iterator[FieldError]:
    kind = target.get("type", "")
    if not kind:
        yield fielderrors.required("type", "must specify a metric target type")
    if kind not in _TARGETS:
        yield fielderrors.invalid("type", kind, "must be either Utilization, Value, or AverageValue")
    for field in ("value", "averageValue"):
        if target.get(field) is not None and amount(target[field]) <= ZERO:
            yield fielderrors.invalid(field, target[field], "must be positive")
    if target.get("averageUtilization") is not None and target["averageUtilization"] < 1:
        yield fielderrors.invalid("averageUtilization", target["averageUtilization"], "must be greater than 0")


def _measured(source: Object) -> Iterator[FieldError]:
    yield from under("metric", _identifier(source.get("metric") or {}))
    yield from under("target", _target(source.get("target") or {}))


def _object(source: Object) -> Iterator[FieldError]:
    yield from under("describedObject", reference(source.get("describedObject") or {}, core_group=True))
    yield from _measured(source)
    target = source.get("target") or {}
    if target.get("value") is None and target.get("averageValue") is None:
        yield fielderrors.required("target.averageValue", _NONE_OF_BOTH)


def _external(source: Object) -> Iterator[FieldError]:
    yield from _measured(source)
    target = source.get("target") or {}
    if target.get("value") is None and target.get("averageValue") is None:
        yield fielderrors.required("target.averageValue", _NONE_OF_BOTH)
    if target.get("value") is not None and target.get("averageValue") is not None:
        yield fielderrors.forbidden("target.value", _BOTH)


def _pods(source: Object) -> Iterator[FieldError]:
    yield from _measured(source)
    value = (source.get("target") or {}).get("averageValue")
    if value is None or amount(value) <= ZERO:
        yield fielderrors.required("target.averageValue", "must specify a positive target averageValue")


def _resource(source: Object) -> Iterator[FieldError]:
    if not source.get("name"):
        yield fielderrors.required("name", "must specify a resource name")
    yield from _share(source)


def _container_resource(source: Object) -> Iterator[FieldError]:
    if not source.get("name"):
        yield fielderrors.required("name", "must specify a resource name")
    if not source.get("container"):
        yield fielderrors.required("container", "must specify a container")
    yield from _share(source)


def _share(source: Object) -> Iterator[FieldError]:
    target = source.get("target") or {}
    yield from under("target", _target(target))
    utilization, value = target.get("averageUtilization"), target.get("averageValue")
    if utilization is None and value is None:
        yield fielderrors.required("target.averageUtilization", _NO_AMOUNT)
    if utilization is not None and value is not None:
        yield fielderrors.forbidden("target.averageValue", "may not set both a target raw value and a target utilization")


# The field and the rules of each type, in the order in which the API server looks at them.
_SOURCES: dict[str, tuple[str, Callable[[Object], Iterator[FieldError]]]] = {
    "Object": ("object", _object),
    "External": ("external", _external),
    "Pods": ("pods", _pods),
    "Resource": ("resource", _resource),
    "ContainerResource": ("containerResource", _container_resource),
}
_CHECKS = dict(_SOURCES.values())
