"""Approved requests to Kubernetes' own signers get a certificate of the cluster's authority."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.certificates.verdicts import REQUESTS, has, is_issued, with_verdict
from mockapi.machinery.meta import Key, Object
from mockapi.reconcile.controller import Controller, Watch, own_key

_SIGNERS = frozenset(
    f"kubernetes.io/{name}" for name in ("kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving", "legacy-unknown")
)


class CertificateSigner(Controller):
    """Signs, or says why it does not."""

    name = "certificatesigningrequest-signing-controller"

    def watches(self) -> Mapping[str, Watch]:
        return {REQUESTS: own_key}

    def reconcile(self, key: Key) -> float | None:
        request = self.client.get(REQUESTS, "", key.name)
        if request is None or request["spec"]["signerName"] not in _SIGNERS:
            return None
        if has(request, "Approved") and not (has(request, "Denied") or has(request, "Failed") or is_issued(request)):
            self.client.update_status(REQUESTS, self._decided(request))
        return None

    def _decided(self, request: Object) -> Object:
        from mockapi.registry.certificates import asked, authority, issuing  # noqa: PLC0415 (loaded with the first request)

        spec, now = request["spec"], self.clock.now()
        parsed = asked.parsed(request)
        objection = asked.objection(parsed, spec["signerName"], spec["usages"])
        if objection:
            return with_verdict(request, "Failed", "SignerValidationFailure", objection, now)
        signer = authority.authority(self.client.resources.database)
        certificate = issuing.issued(signer, parsed, spec["usages"], spec.get("expirationSeconds"), now)
        return {**request, "status": {**request["status"], "certificate": certificate}}
