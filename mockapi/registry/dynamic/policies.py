"""ValidatingAdmissionPolicies as an admission plugin (KEP-3488)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.registry.admission import Admission, Attributes
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.dynamic.bound import Binding, BoundPolicies, Invocation, namespace_of_write
from mockapi.registry.dynamic.expressions import bindings_of
from mockapi.registry.dynamic.policy import Denial, Policy
from mockapi.registry.dynamic.review import admission_request
from mockapi.registry.dynamic.versions import Versions
from mockapi.storage.cache import Cache

_CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413, "Invalid": 422}


class ValidatingPolicies(Admission):
    """Evaluates the policies that concern a write; the first denial, by names of policies and bindings, is the answer."""

    hears_of_parts = True

    def __init__(self, cache: Cache, versions: Versions, catalogue: Catalogue) -> None:
        self._bound = BoundPolicies(cache, versions, catalogue, "validating", Policy)

    def validate(self, attributes: Attributes) -> None:
        # All are evaluated, for the sake of those that warn.
        denials = [denial for each in self._bound.invocations(attributes) for denial in _denials(each, attributes)]
        if denials:
            raise denials[0]


def _denials(invocation: Invocation[Policy], attributes: Attributes) -> Iterator[StatusError]:
    """The refusals of a policy; what only warns, does so."""
    policy, binding = invocation.policy, invocation.binding
    if invocation.problem or binding is None:
        if policy.fail_closed:
            yield _refused(attributes, policy, binding, Denial(invocation.problem))
        return
    for denial in _evaluated(invocation, attributes):
        if "Warn" in binding.actions and not denial.always:
            of = f"ValidatingAdmissionPolicy '{policy.name}' with binding '{binding.name}'"
            attributes.request.warn(f"Validation failed for {of}: {denial.message}")
        if "Deny" in binding.actions or denial.always:
            yield _refused(attributes, policy, binding, denial)


def _evaluated(invocation: Invocation[Policy], attributes: Attributes) -> list[Denial]:
    wanted = invocation.wanted
    old = Versions.converted(attributes.old, attributes.kind, wanted)
    obj = Versions.converted(attributes.obj, attributes.kind, wanted) if attributes.is_whole else attributes.obj
    request, namespace = admission_request(attributes, wanted), namespace_of_write(attributes)
    return invocation.policy.evaluate(bindings_of(request, obj, old, invocation.param, namespace))


def _refused(attributes: Attributes, policy: Policy, binding: Binding | None, denial: Denial) -> StatusError:
    with_binding = f" with binding '{binding.name}'" if binding else ""
    sentence = f"ValidatingAdmissionPolicy '{policy.name}'{with_binding} denied request: {denial.message}"
    kind = attributes.kind
    refusal = errors.forbidden(kind.plural, kind.group, attributes.key.name, sentence)
    refusal.code, refusal.reason = _CODES.get(denial.reason, 422), denial.reason
    refusal.details = {**(refusal.details or {}), "causes": [{"message": sentence}]}
    return refusal
