"""Policies with their bindings: which of them concern a write, and with which parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, Protocol, TypeVar

from mockapi.machinery.meta import Key, Object, Objects, name_of
from mockapi.registry.admission import Attributes
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.dynamic.matching import Matcher, is_exempt
from mockapi.registry.dynamic.memo import Memo
from mockapi.registry.dynamic.params import ParamProblem, Params
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.kind import Kind
from mockapi.storage.cache import Cache

_GROUP = "admissionregistration.k8s.io"
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


class AnyPolicy(Protocol):
    """What a policy is to its bindings."""

    name: str
    fail_closed: bool
    param_kind: Object | None


P = TypeVar("P", bound=AnyPolicy)


class Binding:
    """A binding, made once from its object."""

    def __init__(self, binding: Object, versions: Versions) -> None:
        spec = binding["spec"]
        resources = spec.get("matchResources")
        self.name = name_of(binding)
        self.actions = frozenset(spec.get("validationActions") or ())
        self.params: Object | None = spec.get("paramRef")
        self.matcher = _matcher(resources, versions) if resources is not None else None


class _Bound(NamedTuple, Generic[P]):
    """A policy and its bindings, by name."""

    policy: P
    matcher: Matcher
    bindings: list[Binding]


class Invocation(NamedTuple, Generic[P]):
    """A policy that concerns a write, by one of its bindings and with one parameter; or why that could not be found out.

    `wanted` is the kind as which the policy wants to see the object; `binding` is None where the policy itself is in the way.
    """

    policy: P
    binding: Binding | None
    wanted: Kind
    param: Object | None = None
    problem: str = ""


class BoundPolicies(Generic[P]):
    """The policies of a resource that are bound; `make` makes one from its object."""

    def __init__(self, cache: Cache, versions: Versions, catalogue: Catalogue, prefix: str, make: Callable[[Object], P]) -> None:
        """`prefix` is the start of the resources' names: `validating` or `mutating`."""
        self._versions = versions
        self._params = Params(catalogue)
        self._make_policy = make
        resources = tuple(f"{prefix}{plural}.{_GROUP}" for plural in ("admissionpolicies", "admissionpolicybindings"))
        self._bound: Memo[list[_Bound[P]]] = Memo(cache, resources, self._make)

    def invocations(self, attributes: Attributes) -> Iterator[Invocation[P]]:
        """All that concern a write, by the names of policies and bindings. StatusError 404 without the write's namespace."""
        bound = self._bound()
        if not bound or attributes.kind.resource in _UNHEARD or is_exempt(attributes):
            return
        for each in bound:
            wanted = each.matcher.match(attributes)
            if wanted is not None:
                yield from self._of(each, wanted, attributes)

    def _of(self, bound: _Bound[P], wanted: Kind, attributes: Attributes) -> Iterator[Invocation[P]]:
        policy = bound.policy
        try:
            kind = self._params.of_policy(policy.param_kind)
        except ParamProblem as problem:
            yield Invocation(policy, None, wanted, problem=f"failed to configure policy: {problem}")
            return
        for binding in bound.bindings:
            if binding.matcher is not None and binding.matcher.match(attributes) is None:
                continue
            try:
                params = self._params.of_binding(kind, binding.params, attributes)
            except ParamProblem as problem:
                yield Invocation(policy, binding, wanted, problem=f"failed to configure binding: {problem}")
                continue
            yield from (Invocation(policy, binding, wanted, param) for param in params)

    def _make(self, found: list[Objects]) -> list[_Bound[P]]:
        """Policies without a binding say nothing."""
        bindings: dict[str, list[Binding]] = {}
        for binding in found[1]:
            bindings.setdefault(binding["spec"]["policyName"], []).append(Binding(binding, self._versions))
        return [
            _Bound(self._make_policy(policy), _matcher(policy["spec"]["matchConstraints"], self._versions), bindings[name_of(policy)])
            for policy in found[0]
            if name_of(policy) in bindings
        ]


def namespace_of_write(attributes: Attributes) -> Object | None:
    """The namespace that expressions see; None for what has none."""
    return attributes.request.read("namespaces", Key("", attributes.namespace)) if attributes.kind.namespaced else None


def _matcher(resources: Object, versions: Versions) -> Matcher:
    rules, excluded = resources.get("resourceRules") or [], resources.get("excludeResourceRules") or []
    return Matcher(resources, rules, versions, excluded=excluded, without_rules=True)
