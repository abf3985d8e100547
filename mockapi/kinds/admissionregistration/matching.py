"""Rules of what webhooks and policies match: RuleWithOperations, NamedRuleWithOperations, MatchResources, MatchCondition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mockapi.kinds.podspec.checks import each, label_selector, one_of, part, under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import ROOT, FieldError, duplicate, invalid, not_supported, required, too_many
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.dynamic.expressions import Scope, problem_of

FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")
_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
_ALL = "*"
_MOST_CONDITIONS = 64


def default_rules(rules: Objects | None) -> None:
    """Rules match whatever the scope, unless they say otherwise."""
    for rule in rules or ():
        if rule.get("scope") is None:
            rule["scope"] = _ALL


def default_match_resources(resources: Object) -> None:
    """Fills in defaults, as of webhooks too, which have the same fields."""
    resources.setdefault("matchPolicy", "Equivalent")
    for field in ("namespaceSelector", "objectSelector"):
        if resources.get(field) is None:
            resources[field] = {}


def default_policy(obj: Object) -> None:
    """Fills in the defaults of a policy of either kind."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("failurePolicy", "Fail")
    if spec.get("matchConstraints") is not None:
        default_matching(spec["matchConstraints"])


def default_matching(resources: Object) -> None:
    """Fills in the defaults of MatchResources."""
    default_match_resources(resources)
    for field in ("resourceRules", "excludeResourceRules"):
        default_rules(resources.get(field))


def rule_errors(rule: Object) -> Iterator[FieldError]:
    """The errors of a RuleWithOperations, relative to it."""
    operations = rule.get("operations") or []
    if not operations:
        yield required("operations")
    yield from _lonely_star("operations", operations, "operations")
    for position, operation in enumerate(operations):
        if operation not in _OPERATIONS:
            yield not_supported(ROOT.child("operations").item(position), operation, _OPERATIONS)
    for field, what in (("apiGroups", "API groups"), ("apiVersions", "API versions")):
        if not rule.get(field):
            yield required(field)
        yield from _lonely_star(field, rule.get(field) or [], what)
    for position, version in enumerate(rule.get("apiVersions") or ()):
        if not version:
            yield required(ROOT.child("apiVersions").item(position))
    yield from under("resources", _resource_errors(rule.get("resources") or []))
    if rule.get("scope") is not None and rule["scope"] not in _SCOPES:
        yield not_supported("scope", rule["scope"], _SCOPES)


def match_resources_errors(resources: Object) -> Iterator[FieldError]:
    """The errors of MatchResources, relative to it."""
    yield from under("matchPolicy", one_of(*MATCH_POLICIES)(resources["matchPolicy"]))
    for field in ("namespaceSelector", "objectSelector"):
        yield from part(resources, field, label_selector)
    for field in ("resourceRules", "excludeResourceRules"):
        yield from part(resources, field, each(_named_rule_errors))


def condition_errors(conditions: Objects, scope: Scope) -> Iterator[FieldError]:
    """The errors of match conditions, relative to their list."""
    if len(conditions) > _MOST_CONDITIONS:
        yield too_many("", len(conditions), _MOST_CONDITIONS)
    seen: set[str] = set()
    for position, condition in enumerate(conditions):
        name = condition.get("name", "")
        yield from under(f"[{position}]", _condition_errors(condition, scope))
        if name and name in seen:
            yield duplicate(ROOT.item(position).child("name"), name)
        seen.add(name)


def _condition_errors(condition: Object, scope: Scope) -> Iterator[FieldError]:
    name, expression = condition.get("name", ""), condition.get("expression", "").strip()
    if not expression:
        yield required("expression")
    elif problem := problem_of(expression, scope, "bool"):
        yield invalid("expression", expression, problem)
    if not name:
        yield required("name")
    yield from (invalid("name", name, message) for message in (names.qualified_name(name) if name else ()))


def _named_rule_errors(rule: Object) -> Iterator[FieldError]:
    seen: set[str] = set()
    for position, name in enumerate(rule.get("resourceNames") or ()):
        where = ROOT.child("resourceNames").item(position)
        yield from (invalid(where, name, message) for message in names.path_segment_name(name))
        if name in seen:
            yield duplicate(where, name)
        seen.add(name)
    yield from rule_errors(rule)


def _lonely_star(field: str, values: Sequence[str], what: str) -> Iterator[FieldError]:
    if len(values) > 1 and _ALL in values:
        yield invalid(field, values, f"if '*' is present, must not specify other {what}")


def _resource_errors(resources: Sequence[str]) -> Iterator[FieldError]:
    """The errors of `pods`, `pods/*`, `*/scale`, `*` and `*/*` beside each other."""
    if not resources:
        yield required("")
    whole: set[str] = set()
    everywhere: set[str] = set()
    for position, text in enumerate(resources):
        resource, slash, subresource = text.partition("/")
        where = f"[{position}]"
        if not text:
            yield required(where)
        if not slash:
            continue
        if resource in whole:
            yield invalid(where, text, f"if '{resource}/*' is present, must not specify {text}")
        if subresource in everywhere:
            yield invalid(where, text, f"if '*/{subresource}' is present, must not specify {text}")
        if subresource == _ALL:
            whole.add(resource)
        if resource == _ALL:
            everywhere.add(subresource)
    if len(resources) > 1 and "*/*" in resources:
        yield invalid("", resources, "if '*/*' is present, must not specify other resources")
    # The real server looks at the last of them alone.
    plain = [text for text in resources if text and "/" not in text]
    if _ALL in plain and plain[-1] != _ALL:
        yield invalid("", resources, "if '*' is present, must not specify other resources without subresources")
