"""ValidatingAdmissionPolicies: their status tells what type checking found (KEP-3488)."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Watch, own_key

_RESOURCE = "validatingadmissionpolicies.admissionregistration.k8s.io"


class ValidatingAdmissionPolicyStatus(Controller):
    """Checks each generation of a policy once. Keys are policies."""

    name = "validatingadmissionpolicy-status"

    def watches(self) -> Mapping[str, Watch]:
        return {_RESOURCE: own_key}

    def reconcile(self, key: Key) -> float | None:
        policy = self.client.get(_RESOURCE, "", key.name)
        if policy is None or policy["metadata"]["generation"] <= (policy.get("status") or {}).get("observedGeneration", 0):
            return None
        from mockapi.registry.dynamic.typechecking import TypeChecker  # noqa: PLC0415 (loads the language with the first policy)

        resources = self.client.resources
        warnings = TypeChecker(resources.catalogue, resources.definitions).warnings(policy)
        checked = {"expressionWarnings": warnings} if warnings else {}
        status = {**(policy.get("status") or {}), "observedGeneration": policy["metadata"]["generation"], "typeChecking": checked}
        self.client.update_status(_RESOURCE, {**policy, "status": status})
        return None
