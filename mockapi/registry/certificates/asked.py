"""What the request in a CertificateSigningRequest asks for, and what Kubernetes' own signers require (certificates.k8s.io/v1)."""

from __future__ import annotations

import base64

from cryptography import x509
from cryptography.x509.oid import NameOID

from mockapi.machinery.meta import Object

CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet"
KUBELET_SERVING = "kubernetes.io/kubelet-serving"

_NODES, _NODE = "system:nodes", "system:node:"
_HANDSHAKE = frozenset({"key encipherment", "digital signature"})
_ALTERNATIVES: dict[str, type[x509.GeneralName]] = {
    "DNS": x509.DNSName,
    "Email": x509.RFC822Name,
    "IP": x509.IPAddress,
    "URI": x509.UniformResourceIdentifier,
}


def parsed(request: Object) -> x509.CertificateSigningRequest:
    """The PKCS#10 request in spec.request. Raises ValueError."""
    return x509.load_pem_x509_csr(base64.b64decode(request["spec"]["request"]))


def objection(asked: x509.CertificateSigningRequest, signer: str, usages: list[str]) -> str | None:
    """Why a signer does not sign the request; None when it does."""
    if signer == CLIENT:
        return _client(usages)
    if signer == KUBELET_CLIENT:
        return _of_a_node(asked) or _without(asked, *_ALTERNATIVES) or _for(usages, "client auth")
    if signer == KUBELET_SERVING:
        return _of_a_node(asked) or _serving_names(asked) or _for(usages, "server auth")
    return None


def _client(usages: list[str]) -> str | None:
    other = next((usage for usage in usages if usage not in _HANDSHAKE | {"client auth"}), None)
    if other is not None:
        return f"invalid usage for client certificate: {other}"
    return None if "client auth" in usages else "missing required usage for client certificate: client auth"


def _for(usages: list[str], purpose: str) -> str | None:
    """Kubelets need the signature and the purpose; the encipherment is theirs to leave out."""
    if set(usages) | _HANDSHAKE == {purpose, *_HANDSHAKE} and {purpose, "digital signature"} <= set(usages):
        return None
    return f"usages did not match [{' '.join(sorted({purpose, *_HANDSHAKE}))}]"


def _of_a_node(asked: x509.CertificateSigningRequest) -> str | None:
    if _values(asked, NameOID.ORGANIZATION_NAME) != [_NODES]:
        return f"subject organization is not {_NODES}"
    named = any(name.startswith(_NODE) for name in _values(asked, NameOID.COMMON_NAME)[:1])
    return None if named else f"subject common name does not begin with {_NODE}"


def _without(asked: x509.CertificateSigningRequest, *words: str) -> str | None:
    kinds = {type(name) for name in _alternatives(asked)}
    return next((f"{word} subjectAltNames are not allowed" for word in words if _ALTERNATIVES[word] in kinds), None)


def _serving_names(asked: x509.CertificateSigningRequest) -> str | None:
    if not {type(name) for name in _alternatives(asked)} & {x509.DNSName, x509.IPAddress}:
        return "DNS or IP subjectAltName is required"
    return _without(asked, "Email", "URI")


def _alternatives(asked: x509.CertificateSigningRequest) -> list[x509.GeneralName]:
    try:
        return list(asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def _values(asked: x509.CertificateSigningRequest, field: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in asked.subject.get_attributes_for_oid(field)]
