"""No certificate for clients makes an administrator (CertificateSigningRequest.spec.request)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.registry.admission import CREATE, Admission, Attributes

_REQUESTS = "certificatesigningrequests.certificates.k8s.io"
_CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client"
_ADMINISTRATORS = "system:masters"
_PEM = re.compile(rb"-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----(.+?)-----END", re.DOTALL)
# The attribute organizationName (X.520), by which a certificate names the groups of its user.
_ORGANIZATION = bytes.fromhex("55040a")
_SUBJECT = 1


class CertificateSubjectRestriction(Admission):
    """Refuses requests to the signer of clients that name the group of administrators."""

    def validate(self, attributes: Attributes) -> None:
        request = attributes.obj
        if attributes.kind.resource != _REQUESTS or attributes.operation != CREATE or request is None:
            return
        spec = request["spec"]
        if spec["signerName"] == _CLIENT_SIGNER and _ADMINISTRATORS in _organizations(base64.b64decode(spec["request"])):
            sentence = f"use of {_CLIENT_SIGNER} signer with {_ADMINISTRATORS} group is not allowed"
            raise errors.forbidden("certificatesigningrequests", "certificates.k8s.io", attributes.key.name, sentence)


class _Element(NamedTuple):
    """One element of DER: its tag and what it holds."""

    tag: int
    content: bytes


def _organizations(pem: bytes) -> list[str]:
    """The organizations of a certificate request's subject; none when it cannot be read (PKCS #10)."""
    found = _PEM.search(pem)
    try:
        request = next(_elements(base64.b64decode(found[1] if found else b"")))
        information = next(_elements(request.content))
        subject = list(_elements(information.content))[_SUBJECT]
        attributes = [list(_elements(each.content)) for names in _elements(subject.content) for each in _elements(names.content)]
        return [value.content.decode() for kind, value in attributes if kind.content == _ORGANIZATION]
    except (ValueError, IndexError, StopIteration):
        return []


def _elements(data: bytes) -> Iterator[_Element]:
    position = 0
    while position < len(data):
        tag, length, start = data[position], data[position + 1], position + 2
        if length & 0x80:
            size = length & 0x7F
            length, start = int.from_bytes(data[start : start + size]), start + size
        position = start + length
        yield _Element(tag, data[start:position])
