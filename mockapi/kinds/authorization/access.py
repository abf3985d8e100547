"""What the reviews of this group share: which questions make sense, and the answer for members of system:masters, who may do anything."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import part, under
from mockapi.machinery import errors, fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object

GROUP = "authorization.k8s.io"
MASTERS = "system:masters"
_SET, _EXISTENCE = frozenset({"In", "NotIn"}), frozenset({"Exists", "DoesNotExist"})


def question(spec: Object) -> Iterator[FieldError]:
    """What is asked about: a resource or a path, not both."""
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        yield fielderrors.invalid("nonResourceAttributes", path_form(path), "cannot be specified in combination with resourceAttributes")
    if resource is None and path is None:
        sentence = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        yield fielderrors.invalid("resourceAttributes", None, sentence)
    yield from part(spec, "resourceAttributes", _selectors)


def subject(spec: Object) -> Iterator[FieldError]:
    """Who is asked about."""
    if not spec.get("user") and not spec.get("groups"):
        yield fielderrors.invalid("user", "", "at least one of user or group must be specified")


def path_form(attributes: Object) -> Object:
    """Attributes of a path as error messages print them."""
    return {"Path": attributes.get("path", ""), "Verb": attributes.get("verb", "")}


def without_metadata(review: Object, *allowed: str) -> Iterator[FieldError]:
    """A review is no object, so it has no metadata."""
    meta = {field: value for field, value in review["metadata"].items() if field not in {"managedFields", *allowed} and value}
    if meta:
        yield fielderrors.invalid("metadata", meta, "must be empty except for namespace" if allowed else "must be empty")


def check(found: list[FieldError]) -> None:
    """StatusError 422, in which the real server does not say of what kind the review is."""
    if found:
        raise errors.invalid("", GROUP, "", found)


def answered(review: Object, groups: list[str] | tuple[str, ...]) -> Object:
    """The review with its answer. StatusError 501 for those who are no administrators: there are no other permissions yet."""
    if MASTERS not in groups:
        raise errors.unsupported("access of others than members of system:masters cannot be reviewed by this server")
    return {**review, "status": {"allowed": True}}


def _selectors(attributes: Object) -> Iterator[FieldError]:
    for field in ("fieldSelector", "labelSelector"):
        if attributes.get(field) is not None:
            yield from under(field, _selector(field, attributes[field]))


def _selector(field: str, selector: Object) -> Iterator[FieldError]:
    raw, requirements = selector.get("rawSelector"), selector.get("requirements") or []
    if raw and requirements:
        yield fielderrors.invalid("rawSelector", raw, "may not specified at the same time as requirements")
        return
    if not raw and not requirements:
        yield fielderrors.required("requirements", f"when {field} is specified, requirements or rawSelector is required")
    for position, requirement in enumerate(requirements):
        yield from under(f"requirements[{position}]", _requirement(field, requirement))


def _requirement(field: str, requirement: Object) -> Iterator[FieldError]:
    key, operator, values = requirement.get("key", ""), requirement.get("operator", ""), requirement.get("values") or []
    if field == "fieldSelector" and not key:
        yield fielderrors.required("key", "must be specified")
    if operator in _SET and not values:
        yield fielderrors.required("values", "must be specified when `operator` is 'In' or 'NotIn'")
    if operator in _EXISTENCE and values:
        yield fielderrors.forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    if operator not in _SET | _EXISTENCE:
        yield fielderrors.invalid("operator", operator, "not a valid selector operator")
    if field == "labelSelector":
        yield from (fielderrors.invalid("key", key, message) for message in names.qualified_name(key))
