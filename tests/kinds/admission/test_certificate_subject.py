from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, refusal

SIGNER = "kubernetes.io/kube-apiserver-client"


def request(signer: str, *organizations: str) -> Object:
    groups = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, each) for each in organizations]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jane"), *groups])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    encoded = base64.b64encode(made.public_bytes(serialization.Encoding.PEM)).decode()
    return {"metadata": {"name": "jane"}, "spec": {"request": encoded, "signerName": signer, "usages": ["client auth"]}}


def test_clients_cannot_ask_to_be_administrators(api: Api) -> None:
    failure = refusal(api.create, "certificatesigningrequests.certificates.k8s.io", request(SIGNER, "dev", "system:masters"))
    sentence = f"use of {SIGNER} signer with system:masters group is not allowed"
    assert failure.message == f'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: {sentence}'
    assert failure.code == 403


@pytest.mark.parametrize(("signer", "organization"), [(SIGNER, "dev"), ("example.com/own", "system:masters")])
def test_others_may(api: Api, signer: str, organization: str) -> None:
    api.create("certificatesigningrequests.certificates.k8s.io", request(signer, organization))


def test_what_cannot_be_read_names_nobody(api: Api) -> None:
    broken = request(SIGNER)
    pem = b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"
    broken["spec"]["request"] = base64.b64encode(pem).decode()
    api.create("certificatesigningrequests.certificates.k8s.io", broken)
