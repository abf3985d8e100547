"""Whether a write concerns a webhook or a policy, and in which version of the resource they want to see it."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object, Objects, labels_of
from mockapi.machinery.selectors import LabelSelector, selector_from_object
from mockapi.registry.admission import CREATE, UPDATE, Attributes
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.kind import Kind

_GROUP = "admissionregistration.k8s.io"
# Who decides on writes may not decide on who decides.
_EXEMPT = frozenset(
    f"{plural}.{_GROUP}"
    for plural in (
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    )
)
_ALL = "*"
_NAMESPACES = "namespaces"


def is_exempt(attributes: Attributes) -> bool:
    """Whether neither webhooks nor policies are asked."""
    return attributes.kind.resource in _EXEMPT or attributes.is_part_of_another


class Matcher:
    """The criteria of a webhook, of MatchResources, or of a binding."""

    def __init__(
        self, criteria: Object, rules: Objects, versions: Versions, *, excluded: Iterable[Object] = (), without_rules: bool = False
    ) -> None:
        """`without_rules` tells what having no rules means: that everything matches."""
        self._namespaces = selector_from_object(criteria.get("namespaceSelector") or {})
        self._objects = selector_from_object(criteria.get("objectSelector") or {})
        self._equivalent = criteria.get("matchPolicy") != "Exact"
        self._rules = rules
        self._excluded = excluded
        self._versions = versions
        self._all = without_rules and not rules

    def match(self, attributes: Attributes) -> Kind | None:
        """The version in which the object is wanted; None when the write is of no concern. StatusError 404 without its namespace."""
        if not _object_matches(self._objects, attributes):
            return None
        if self._version(self._excluded, attributes) is not None:
            return None
        wanted = attributes.kind if self._all else self._version(self._rules, attributes)
        return wanted if wanted is not None and _namespace_matches(self._namespaces, attributes) else None

    def _version(self, rules: Iterable[Object], attributes: Attributes) -> Kind | None:
        """The first version that a rule names: that of the request, or else an equivalent one."""
        kind = attributes.kind
        if any(_rule_matches(rule, kind, attributes) for rule in rules):
            return kind
        if not self._equivalent:
            return None
        others = self._versions.others(kind)
        return next((other for rule in rules for other in others if _rule_matches(rule, other, attributes)), None)


def _rule_matches(rule: Object, kind: Kind, attributes: Attributes) -> bool:
    return (
        _names(rule.get("operations"), attributes.operation)
        and _names(rule.get("apiGroups"), kind.group)
        and _names(rule.get("apiVersions"), kind.version)
        and _resource_matches(rule.get("resources") or (), kind.plural, attributes.called_subresource)
        and _scope_matches(rule.get("scope"), attributes)
        and (not rule.get("resourceNames") or attributes.target.name in rule["resourceNames"])
    )


def _names(values: Iterable[str] | None, value: str) -> bool:
    return any(each in {_ALL, value} for each in values or ())


def _resource_matches(resources: Iterable[str], plural: str, subresource: str) -> bool:
    """`*` is every resource without its subresources, `*/*` all with them."""
    parts = (text.partition("/") for text in resources)
    return any(resource in {_ALL, plural} and part in {_ALL, subresource} for resource, _, part in parts)


def _scope_matches(scope: str | None, attributes: Attributes) -> bool:
    if scope in {None, _ALL}:
        return True
    return attributes.kind.namespaced == (scope == "Namespaced")


def _object_matches(selector: LabelSelector, attributes: Attributes) -> bool:
    """The new object or the old one has the labels."""
    if selector.empty:
        return True
    present = [obj for obj in (attributes.obj, attributes.old) if obj is not None and "metadata" in obj]
    return any(selector.matches(labels_of(obj)) for obj in present)


def _namespace_matches(selector: LabelSelector, attributes: Attributes) -> bool:
    """What has no namespace is never exempted, but for namespaces themselves: their own labels count."""
    is_namespace = attributes.kind.resource == _NAMESPACES
    if selector.empty or not (attributes.kind.namespaced or is_namespace):
        return True
    if is_namespace and attributes.operation in {CREATE, UPDATE} and not attributes.called_subresource and attributes.obj is not None:
        return selector.matches(labels_of(attributes.obj))
    name = attributes.namespace
    namespace = attributes.request.read(_NAMESPACES, Key("", name))
    if namespace is None:
        raise errors.not_found(_NAMESPACES, "", name)
    return selector.matches(labels_of(namespace))
