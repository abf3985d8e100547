"""MutatingAdmissionPolicies as an admission plugin (KEP-3962)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.admission import Admission, Attributes
from mockapi.registry.apply.kinds import type_of
from mockapi.registry.apply.types import Type
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.dynamic.bound import Binding, BoundPolicies, Invocation, namespace_of_write
from mockapi.registry.dynamic.expressions import Failed, bindings_of
from mockapi.registry.dynamic.mutation import MutatingPolicy
from mockapi.registry.dynamic.review import admission_request
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions
from mockapi.storage.cache import Cache

_REMEMBERED = 256


class MutatingPolicies(Admission):
    """Lets the policies that concern a write change its object, one after the other; what one cannot do refuses the write in the end.

    They say nothing about calls of subresources whose object is not the resource's own.
    """

    def __init__(self, cache: Cache, versions: Versions, catalogue: Catalogue, definitions: Definitions) -> None:
        self._bound = BoundPolicies(cache, versions, catalogue, "mutating", MutatingPolicy)
        self._type: Callable[[Kind], Type] = lru_cache(_REMEMBERED)(lambda kind: type_of(kind, definitions))

    def mutate(self, attributes: Attributes) -> None:
        if attributes.obj is None:
            return
        # Which policies are concerned is decided before the first of them changes anything.
        found = list(self._bound.invocations(attributes))
        misconfigured = [_sentence(each.policy, each.binding, each.problem) for each in found if each.problem and each.policy.fail_closed]
        failed = [problem for each in found if not each.problem for problem in self._invoke(each, attributes)]
        if misconfigured or failed:
            raise _refused(attributes, misconfigured + failed, "Forbidden" if misconfigured else "Invalid")

    def _invoke(self, invocation: Invocation[MutatingPolicy], attributes: Attributes) -> list[str]:
        """Why a policy that fails closed could not do all that it does."""
        policy, state = invocation.policy, attributes.reinvocation
        try:
            if not policy.concerns(_bindings(invocation, attributes)):
                return []
        except Failed as failure:
            return _told(invocation, failure)
        uid = _uid(invocation)
        # What was not invoked before is not invoked for the first time in the second round.
        if state.running and uid not in state.again:
            return []
        before = dict(attributes.obj or {})
        problems = [problem for number in range(len(policy.mutations)) for problem in self._mutate(number, invocation, attributes)]
        if attributes.obj != before:
            state.changed()
        if policy.reinvoked:
            state.called.add(uid)
        return problems

    def _mutate(self, number: int, invocation: Invocation[MutatingPolicy], attributes: Attributes) -> list[str]:
        obj, kind, wanted = attributes.obj or {}, attributes.kind, invocation.wanted
        mutation = invocation.policy.mutations[number]
        try:
            bindings = invocation.policy.with_variables(_bindings(invocation, attributes))
            changed = mutation.mutated(Versions.converted(obj, kind, wanted) or {}, self._type(wanted), bindings)
        except Failed as failure:
            return _told(invocation, failure)
        found = attributes.read(Versions.converted(changed, wanted, kind) or {}, strict=mutation.is_strict)
        obj.clear()
        obj.update(found)
        return []


def _bindings(invocation: Invocation[MutatingPolicy], attributes: Attributes) -> dict[str, object]:
    wanted = invocation.wanted
    old = Versions.converted(attributes.old, attributes.kind, wanted)
    obj = Versions.converted(attributes.obj, attributes.kind, wanted)
    return bindings_of(admission_request(attributes, wanted), obj, old, invocation.param, namespace_of_write(attributes))


def _uid(invocation: Invocation[MutatingPolicy]) -> str:
    assert invocation.binding is not None
    param: Object = invocation.param or {"metadata": {}}
    place = f"{param['metadata'].get('namespace', '')}/{name_of(param)}" if invocation.param else ""
    return f"policy/{invocation.policy.name}/{invocation.binding.name}/{place}"


def _told(invocation: Invocation[MutatingPolicy], failure: Failed) -> list[str]:
    policy = invocation.policy
    return [_sentence(policy, invocation.binding, str(failure))] if policy.fail_closed else []


def _sentence(policy: MutatingPolicy, binding: Binding | None, problem: str) -> str:
    with_binding = f" with binding '{binding.name}'" if binding else ""
    return f"policy '{policy.name}'{with_binding} denied request: {problem}"


def _refused(attributes: Attributes, problems: list[str], reason: str) -> StatusError:
    """403 with the first problem as the sentence."""
    kind = attributes.kind
    refusal = errors.forbidden(kind.plural, kind.group, attributes.key.name, "")
    refusal.message, refusal.reason = problems[0], reason
    refusal.details = {**(refusal.details or {}), "causes": [{"message": problem} for problem in problems]}
    return refusal
