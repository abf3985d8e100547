"""ValidatingAdmissionPolicies as an admission plugin (KEP-3488)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, name_of
from mockapi.registry.admission import Admission, Attributes
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.dynamic.expressions import bindings_of
from mockapi.registry.dynamic.matching import Matcher, is_exempt
from mockapi.registry.dynamic.memo import Memo
from mockapi.registry.dynamic.params import ParamProblem, Params
from mockapi.registry.dynamic.policy import Denial, Policy
from mockapi.registry.dynamic.review import admission_request
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.kind import Kind
from mockapi.storage.cache import Cache

_GROUP = "admissionregistration.k8s.io"
_CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413, "Invalid": 422}
# Questions that are answered and not stored; policies have no say in them.
_UNHEARD = frozenset(
    {
        "localsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectreviews.authentication.k8s.io",
        "selfsubjectrulesreviews.authorization.k8s.io",
        "subjectaccessreviews.authorization.k8s.io",
        "tokenreviews.authentication.k8s.io",
    }
)


class _Binding:
    """A binding, made once from its object."""

    def __init__(self, binding: Object, versions: Versions) -> None:
        spec = binding["spec"]
        resources = spec.get("matchResources")
        self.name = name_of(binding)
        self.actions = frozenset(spec.get("validationActions") or ())
        self.params: Object | None = spec.get("paramRef")
        self.matcher = _matcher(resources, versions) if resources is not None else None


class _Bound(NamedTuple):
    """A policy and its bindings, by name."""

    policy: Policy
    matcher: Matcher
    bindings: list[_Binding]


class ValidatingPolicies(Admission):
    """Evaluates the policies that concern a write; the first denial, by names of policies and bindings, is the answer."""

    hears_of_parts = True

    def __init__(self, cache: Cache, versions: Versions, catalogue: Catalogue) -> None:
        self._versions = versions
        self._params = Params(catalogue)
        resources = tuple(f"{plural}.{_GROUP}" for plural in ("validatingadmissionpolicies", "validatingadmissionpolicybindings"))
        self._bound = Memo(cache, resources, self._make)

    def validate(self, attributes: Attributes) -> None:
        bound = self._bound()
        if not bound or attributes.kind.resource in _UNHEARD or is_exempt(attributes):
            return
        # All are evaluated, for the sake of those that warn.
        denials = [denial for each in bound for denial in self._denials(each, attributes)]
        if denials:
            raise denials[0]

    def _make(self, found: list[Objects]) -> list[_Bound]:
        """Policies without a binding say nothing."""
        bindings: dict[str, list[_Binding]] = {}
        for binding in found[1]:
            bindings.setdefault(binding["spec"]["policyName"], []).append(_Binding(binding, self._versions))
        return [
            _Bound(Policy(policy), _matcher(policy["spec"]["matchConstraints"], self._versions), bindings[name_of(policy)])
            for policy in found[0]
            if name_of(policy) in bindings
        ]

    def _denials(self, bound: _Bound, attributes: Attributes) -> Iterator[StatusError]:
        """The refusals of a policy; what only warns, does so."""
        policy = bound.policy
        wanted = bound.matcher.match(attributes)
        if wanted is None:
            return
        try:
            params = self._params.of_policy(policy.param_kind)
        except ParamProblem as problem:
            if policy.fail_closed:
                yield _refused(attributes, policy, None, Denial(f"failed to configure policy: {problem}"))
            return
        for binding in bound.bindings:
            if binding.matcher is None or binding.matcher.match(attributes) is not None:
                yield from self._denials_of(policy, binding, params, wanted, attributes)

    def _denials_of(
        self, policy: Policy, binding: _Binding, param_kind: Kind | None, wanted: Kind, attributes: Attributes
    ) -> Iterator[StatusError]:
        try:
            params = self._params.of_binding(param_kind, binding.params, attributes)
        except ParamProblem as problem:
            if policy.fail_closed:
                yield _refused(attributes, policy, binding, Denial(f"failed to configure binding: {problem}"))
            return
        for param in params:
            for denial in self._evaluated(policy, param, wanted, attributes):
                if "Warn" in binding.actions and not denial.always:
                    of = f"ValidatingAdmissionPolicy '{policy.name}' with binding '{binding.name}'"
                    attributes.request.warn(f"Validation failed for {of}: {denial.message}")
                if "Deny" in binding.actions or denial.always:
                    yield _refused(attributes, policy, binding, denial)

    @staticmethod
    def _evaluated(policy: Policy, param: Object | None, wanted: Kind, attributes: Attributes) -> list[Denial]:
        old = Versions.converted(attributes.old, attributes.kind, wanted)
        obj = Versions.converted(attributes.obj, attributes.kind, wanted) if attributes.is_whole else attributes.obj
        namespace = None
        if attributes.kind.namespaced:
            namespace = attributes.request.read("namespaces", Key("", attributes.namespace))
        return policy.evaluate(bindings_of(admission_request(attributes, wanted), obj, old, param, namespace))


def _matcher(resources: Object, versions: Versions) -> Matcher:
    rules, excluded = resources.get("resourceRules") or [], resources.get("excludeResourceRules") or []
    return Matcher(resources, rules, versions, excluded=excluded, without_rules=True)


def _refused(attributes: Attributes, policy: Policy, binding: _Binding | None, denial: Denial) -> StatusError:
    with_binding = f" with binding '{binding.name}'" if binding else ""
    sentence = f"ValidatingAdmissionPolicy '{policy.name}'{with_binding} denied request: {denial.message}"
    kind = attributes.kind
    refusal = errors.forbidden(kind.plural, kind.group, attributes.key.name, sentence)
    refusal.code, refusal.reason = _CODES.get(denial.reason, 422), denial.reason
    refusal.details = {**(refusal.details or {}), "causes": [{"message": sentence}]}
    return refusal
