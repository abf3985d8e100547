"""Rules of a policy's spec (admissionregistration.k8s.io/v1 ValidatingAdmissionPolicySpec), in the order of the real server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockapi.kinds.admissionregistration.matching import FAILURE_POLICIES, condition_errors, match_resources_errors
from mockapi.kinds.podspec.checks import under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import ROOT, FieldError, Path, duplicate, invalid, not_supported, required
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.dynamic.expressions import Scope, Variable, problem_of

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_MUTABLE = ("*", "CONNECT", "CREATE", "UPDATE")
_MOST_ANNOTATIONS = 20
_LONGEST_VALUE = 5 * 1024
_NOTHING = "validations or auditAnnotations must contain at least one item"
_RESERVED = re.compile(
    "true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while"
)


def spec_errors(spec: Object, path: Path, name: str, old: Object | None = None) -> Iterator[FieldError]:
    """All errors of a policy of that name; `old` is what it replaces."""
    return under(path, _errors(spec, name, old))


def _errors(spec: Object, name: str, old: Object | None) -> Iterator[FieldError]:
    yield from matching_errors(spec, old)
    yield from _expression_errors(spec, name, spec.get("paramKind") is not None)


def matching_errors(spec: Object, old: Object | None, mutating: bool = False) -> Iterator[FieldError]:
    """The errors of what policies of both kinds have to say of when they apply, relative to the spec."""
    has_params = spec.get("paramKind") is not None
    if spec.get("failurePolicy") not in FAILURE_POLICIES:
        yield not_supported("failurePolicy", spec.get("failurePolicy"), FAILURE_POLICIES)
    if has_params:
        yield from under("paramKind", _param_kind_errors(spec["paramKind"]))
    constraints = spec.get("matchConstraints")
    if constraints is None:
        yield required("matchConstraints")
    else:
        yield from under("matchConstraints", match_resources_errors(constraints))
        if not constraints.get("resourceRules"):
            yield required("matchConstraints.resourceRules")
        if mutating:
            yield from under("matchConstraints.resourceRules.operations", _mutable_errors(constraints.get("resourceRules") or []))
    if old is None or any(spec.get(field) != old.get(field) for field in ("paramKind", "matchConditions")):
        yield from under("matchConditions", condition_errors(spec.get("matchConditions") or [], Scope(params=has_params)))


def variables_errors(spec: Object, scope: Scope) -> Iterator[FieldError]:
    """The errors of variables, relative to the spec: each can be used in what stands after it."""
    for position, variable in enumerate(spec.get("variables") or ()):
        yield from under(str(ROOT.child("variables").item(position)), _variable_errors(variable, scope))
        scope = scope.with_variable(Variable(variable.get("name", ""), variable.get("expression", "")))


def with_variables(spec: Object, scope: Scope) -> Scope:
    """The scope of what may use all variables."""
    for variable in spec.get("variables") or ():
        scope = scope.with_variable(Variable(variable.get("name", ""), variable.get("expression", "")))
    return scope


def _mutable_errors(rules: Objects) -> Iterator[FieldError]:
    """What is deleted cannot be changed."""
    for operation in (operation for rule in rules for operation in rule.get("operations") or ()):
        if operation not in _MUTABLE:
            yield not_supported("", operation, _MUTABLE)


def _expression_errors(spec: Object, name: str, has_params: bool) -> Iterator[FieldError]:
    """The errors of variables, validations and audit annotations."""
    yield from variables_errors(spec, Scope(params=has_params))
    scope = with_variables(spec, Scope(params=has_params))
    validations, annotations = spec.get("validations") or [], spec.get("auditAnnotations") or []
    if not validations and not annotations:
        yield required("validations", _NOTHING)
        yield required("auditAnnotations", _NOTHING)
        return
    for position, validation in enumerate(validations):
        yield from under(str(ROOT.child("validations").item(position)), _validation_errors(validation, scope))
    if len(annotations) > _MOST_ANNOTATIONS:
        yield invalid("auditAnnotations", annotations, f"must not have more than {_MOST_ANNOTATIONS} auditAnnotations")
    keys: set[str] = set()
    for position, annotation in enumerate(annotations):
        where = ROOT.child("auditAnnotations").item(position)
        yield from under(str(where), _annotation_errors(annotation, name, scope))
        if annotation.get("key", "") in keys:
            yield duplicate(where.child("key"), annotation.get("key", ""))
        keys.add(annotation.get("key", ""))


def _param_kind_errors(kind: Object) -> Iterator[FieldError]:
    version, name = kind.get("apiVersion", ""), kind.get("kind", "")
    if not version:
        yield required("apiVersion")
    elif version.count("/") > 1:
        yield invalid("apiVersion", version, f"unexpected GroupVersion string: {version}")
    else:
        yield from _group_version_errors(version)
    messages = names.dns1035_label(name.lower())
    if not name:
        yield required("kind")
    elif messages:
        yield invalid("kind", name, f"may have mixed case, but should otherwise match: {','.join(messages)}")


def _group_version_errors(text: str) -> Iterator[FieldError]:
    group, _, version = text.rpartition("/")
    if group and (messages := names.dns1123_subdomain(group)):
        yield invalid("apiVersion", group, ",".join(messages))
    if not version:
        yield invalid("apiVersion", text, "version must be specified")
    elif messages := names.dns1035_label(version):
        yield invalid("apiVersion", version, ",".join(messages))


def _variable_errors(variable: Object, scope: Scope) -> Iterator[FieldError]:
    name, expression = variable.get("name", ""), variable.get("expression", "")
    if not name.strip():
        yield required("name", "name is not specified")
    elif not re.fullmatch("[_a-zA-Z][_a-zA-Z0-9]*", name) or _RESERVED.fullmatch(name):
        yield invalid("name", name, "name is not a valid CEL identifier")
    if not expression.strip():
        yield required("expression", "expression is not specified")
    elif problem := problem_of(expression, scope):
        yield invalid("expression", expression, problem)


def _validation_errors(validation: Object, scope: Scope) -> Iterator[FieldError]:
    expression, message = validation.get("expression", ""), validation.get("message", "")
    if not expression.strip():
        yield required("expression", "expression is not specified")
    elif problem := problem_of(expression, scope, "bool"):
        yield invalid("expression", expression, problem)
    yield from _message_expression_errors(validation.get("messageExpression", ""), scope)
    if message and not message.strip():
        yield invalid("message", message, "message must be non-empty if specified")
    elif re.search(r"[\n\r]", message.strip()):
        yield invalid("message", message, "message must not contain line breaks")
    if validation.get("reason") is not None and validation["reason"] not in _REASONS:
        yield not_supported("reason", validation["reason"], _REASONS)


def _message_expression_errors(expression: str, scope: Scope) -> Iterator[FieldError]:
    """What words a message may not ask the authorizer."""
    if expression and not expression.strip():
        yield invalid("messageExpression", expression, "must be non-empty if specified")
    elif expression and (problem := problem_of(expression, scope.without_authorizer(), "string")):
        yield invalid("messageExpression", expression, problem)


def _annotation_errors(annotation: Object, name: str, scope: Scope) -> Iterator[FieldError]:
    key, expression = annotation.get("key", ""), annotation.get("valueExpression", "")
    if name:
        yield from (invalid("key", f"{name}/{key}", message) for message in names.qualified_name(f"{name}/{key}"))
    else:
        yield invalid("key", key, "requires metadata.name be non-empty")
    if not expression.strip():
        yield required("valueExpression", "valueExpression is not specified")
    elif len(expression.strip().encode()) > _LONGEST_VALUE:
        yield required("valueExpression", f"must not exceed {_LONGEST_VALUE} bytes in length")
    elif problem := problem_of(expression.strip(), scope, "string", "null_type"):
        yield invalid("valueExpression", expression, problem)
