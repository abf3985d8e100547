"""core/v1 LimitRange."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mockapi.kinds.core.resource_names import resource_name, round_amounts
from mockapi.kinds.podspec import amounts
from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import under
from mockapi.kinds.podspec.resources import container_resource_name
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError, Path
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import Quantity, parse_quantity
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

_POD, _CONTAINER, _CLAIM = "Pod", "Container", "PersistentVolumeClaim"
_AMOUNTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
_ONE = parse_quantity(1)
# Which amounts may not be above which: the smaller, the greater, the field and the amount that are blamed, and what the two are called.
_ORDER = (
    ("min", "max", "min", "min", "min value", "max value"),
    ("min", "defaultRequest", "defaultRequest", "defaultRequest", "min value", "default request value"),
    ("defaultRequest", "max", "defaultRequest", "defaultRequest", "default request value", "max value"),
    ("defaultRequest", "default", "defaultRequest", "defaultRequest", "default request value", "default limit value"),
    ("min", "default", "default", "min", "min value", "default value"),
    ("default", "max", "default", "max", "default value", "max value"),
)


class LimitRangeStrategy(Strategy):
    """Bounds and defaults of what pods, containers and claims of a namespace may ask for."""

    create_on_update = True

    def default(self, obj: Object) -> None:
        for item in (obj.get("spec") or {}).get("limits") or ():
            _default(item)

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        if not obj["metadata"].get("name"):
            obj["metadata"]["name"] = request.identity.uid()

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        path, found, seen = Path("spec.limits"), list[FieldError](), set[str]()
        for position, item in enumerate(obj["spec"].get("limits") or ()):
            found += under(path.item(position), _item(item, seen))
        return found

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return [*self.validate_metadata(obj, True), *self.validate(obj, request)]


def _default(item: Object) -> None:
    """Containers get default limits from the maxima, default requests from the default limits and the minima."""
    for field in _AMOUNTS:
        round_amounts(item.get(field))
    if item.get("type") != _CONTAINER:
        return
    limits = {**(item.get("max") or {}), **(item.get("default") or {})}
    requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
    item.update({field: values for field, values in (("default", limits), ("defaultRequest", requests)) if values})


def _item(item: Object, seen: set[str]) -> Iterator[FieldError]:
    kind = item.get("type", "")
    yield from under("type", _type(kind))
    if kind in seen:
        yield fielderrors.duplicate("type", kind)
    seen.add(kind)
    name_rule = container_resource_name if kind in {_POD, _CONTAINER} else resource_name
    for field in ("max", "min"):
        yield from _names(item, field, name_rule)
    for field in ("default", "defaultRequest"):
        if kind == _POD and item.get(field):
            yield fielderrors.forbidden(field, f"may not be specified when `type` is '{_POD}'")
        elif kind != _POD:
            yield from _names(item, field, name_rule)
    if kind == _CLAIM and not any("storage" in (item.get(field) or {}) for field in ("min", "max")):
        yield fielderrors.required("limits", "either minimum or maximum storage value is required, but neither was provided")
    yield from _names(item, "maxLimitRequestRatio", name_rule)
    compared = _AMOUNTS if kind != _POD else ("max", "min", "maxLimitRequestRatio")
    for resource in sorted({name for field in compared for name in item.get(field) or {}}):
        yield from _relations({field: item[field][resource] for field in compared if resource in (item.get(field) or {})}, resource)


def _type(kind: str) -> Iterator[FieldError]:
    messages = names.qualified_name(kind)
    yield from (fielderrors.invalid("", kind, message) for message in messages)
    if not messages and "/" not in kind and kind not in {_POD, _CONTAINER, _CLAIM}:
        yield fielderrors.invalid("", kind, "must be a standard limit type or fully qualified")


def _names(item: Object, field: str, rule: Callable[[str], Iterator[FieldError]]) -> Iterator[FieldError]:
    for name in sorted(item.get(field) or {}):
        yield from under(f"{field}[{name}]", rule(name))


def _relations(values: dict[str, str], resource: str) -> Iterator[FieldError]:
    """The errors of one resource's amounts against each other."""
    for less, more, field, blamed, called, other in _ORDER:
        if less in values and more in values and amount(values[less]) > amount(values[more]):
            sentence = f"{called} {values[less]} is greater than {other} {values[more]}"
            yield fielderrors.invalid(f"{field}[{resource}]", values[blamed], sentence)
    yield from under(f"maxLimitRequestRatio[{resource}]", _ratio(values))
    both = (values.get("default"), values.get("defaultRequest"))
    if not amounts.may_overcommit(resource) and None not in both and amount(str(both[0])) != amount(str(both[1])):
        sentence = f"default value {both[0]} must equal to defaultRequest value {both[1]} in {resource}"
        yield fielderrors.invalid(f"defaultRequest[{resource}]", both[1], sentence)


def _ratio(values: dict[str, str]) -> Iterator[FieldError]:
    text = values.get("maxLimitRequestRatio")
    if text is None:
        return
    if amount(text) < _ONE:
        yield fielderrors.invalid("", text, f"ratio {text} is less than 1")
    if "min" in values and "max" in values and _quotient(text, "1") > (bound := _quotient(values["max"], values["min"])):
        yield fielderrors.invalid("", text, f"ratio {text} is greater than max/min = {bound:f}")


def _quotient(dividend: str, divisor: str) -> float:
    above, below = amount(dividend), amount(divisor)
    return _float(above) / _float(below) if below else float("inf")


def _float(quantity: Quantity) -> float:
    return quantity.nanos / 10**9


KIND = Kind(
    group="",
    version="v1",
    kind="LimitRange",
    plural="limitranges",
    short_names=("limits",),
    strategy=LimitRangeStrategy(),
)
