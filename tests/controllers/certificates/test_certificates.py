"""Requests for certificates: signed when approved, refused with the signer's objection, cleared away."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mockapi.controllers.certificates.cleaner import CertificateCleaner
from mockapi.controllers.certificates.signer import CertificateSigner
from mockapi.machinery.meta import Object
from mockapi.registry.certificates.authority import authority
from tests.world import World

REQUESTS = "certificatesigningrequests.certificates.k8s.io"
KEY = ec.generate_private_key(ec.SECP256R1())
KUBELET = ["digital signature", "client auth"]
DNS = x509.DNSName("node-1")


@pytest.fixture
def cluster(world: World) -> World:
    world.run(CertificateSigner, CertificateCleaner)
    return world


def pkcs10(name: str, *organizations: str, alternatives: list[x509.GeneralName] | None = None) -> str:
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, each) for each in organizations]
    builder = x509.CertificateSigningRequestBuilder(x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return base64.b64encode(builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)).decode()


def ask(world: World, asked: str, signer: str = "kubernetes.io/kube-apiserver-client", **spec: Any) -> None:
    spec = {"request": asked, "signerName": signer, "usages": ["client auth"], **spec}
    world.client.create(REQUESTS, {"metadata": {"name": "csr"}, "spec": spec})
    world.settle()


def decide(world: World, verdict: str = "Approved") -> None:
    condition = {"type": verdict, "status": "True", "reason": "Person"}
    world.client.patch(REQUESTS, "", "csr", {"status": {"conditions": [condition]}}, "approval")
    world.settle()


def status(world: World) -> Object:
    found = world.client.get(REQUESTS, "", "csr")
    assert found is not None
    return dict(found.get("status") or {})


def failure(world: World) -> str:
    return next(each["message"] for each in status(world)["conditions"] if each["type"] == "Failed")


def certificate(world: World) -> x509.Certificate:
    return x509.load_pem_x509_certificate(base64.b64decode(status(world)["certificate"]))


def test_an_approved_request_is_signed_by_the_clusters_authority(cluster: World) -> None:
    ask(cluster, pkcs10("ann", "dev"), expirationSeconds=86400)
    assert "certificate" not in status(cluster)
    decide(cluster)
    made, now = certificate(cluster), cluster.clock.now()
    made.verify_directly_issued_by(authority(cluster.database).certificate)
    assert made.subject.rfc4514_string() == "CN=ann,O=dev"
    assert made.not_valid_before_utc == now - timedelta(minutes=5)
    assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(days=1)
    assert list(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@pytest.mark.parametrize(("seconds", "lasts"), [(None, timedelta(days=365)), (600, timedelta(minutes=15)), (10**9, timedelta(days=365))])
def test_how_long_it_holds(cluster: World, seconds: int | None, lasts: timedelta) -> None:
    ask(cluster, pkcs10("ann"), **({"expirationSeconds": seconds} if seconds else {}))
    decide(cluster)
    made = certificate(cluster)
    assert made.not_valid_after_utc - made.not_valid_before_utc == lasts


def test_names_and_usages_are_those_that_were_asked_for(cluster: World) -> None:
    asked = pkcs10("system:node:node-1", "system:nodes", alternatives=[DNS])
    ask(cluster, asked, "kubernetes.io/kubelet-serving", usages=["server auth", "digital signature", "key encipherment"])
    decide(cluster)
    made = certificate(cluster)
    assert list(made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value) == [DNS]
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_encipherment, usage.key_cert_sign) == (True, True, False)


@pytest.mark.parametrize(
    ("signer", "asked", "usages", "message"),
    [
        ("kube-apiserver-client", pkcs10("ann"), ["server auth", "client auth"], "invalid usage for client certificate: server auth"),
        ("kube-apiserver-client", pkcs10("ann"), ["digital signature"], "missing required usage for client certificate: client auth"),
        ("kube-apiserver-client-kubelet", pkcs10("ann", "dev"), KUBELET, "subject organization is not system:nodes"),
        ("kube-apiserver-client-kubelet", pkcs10("ann", "system:nodes"), KUBELET, "subject common name does not begin with system:node:"),
        (
            "kube-apiserver-client-kubelet",
            pkcs10("system:node:a", "system:nodes", alternatives=[DNS]),
            KUBELET,
            "DNS subjectAltNames are not allowed",
        ),
        (
            "kube-apiserver-client-kubelet",
            pkcs10("system:node:a", "system:nodes"),
            ["client auth"],
            "usages did not match [client auth digital signature key encipherment]",
        ),
        ("kubelet-serving", pkcs10("system:node:a", "system:nodes"), KUBELET, "DNS or IP subjectAltName is required"),
        (
            "kubelet-serving",
            pkcs10("system:node:a", "system:nodes", alternatives=[DNS, x509.RFC822Name("a@b.example")]),
            KUBELET,
            "Email subjectAltNames are not allowed",
        ),
    ],
)
def test_what_a_signer_does_not_sign(cluster: World, signer: str, asked: str, usages: list[str], message: str) -> None:
    ask(cluster, asked, f"kubernetes.io/{signer}", usages=usages)
    decide(cluster)
    assert failure(cluster) == message
    assert "certificate" not in status(cluster)


def test_other_signers_requests_and_denied_ones_are_left_alone(cluster: World) -> None:
    ask(cluster, pkcs10("ann"), "example.com/signer")
    decide(cluster)
    assert [each["type"] for each in status(cluster)["conditions"]] == ["Approved"]
    cluster.client.delete(REQUESTS, "", "csr")
    ask(cluster, pkcs10("ann"))
    decide(cluster, "Denied")
    assert [each["type"] for each in status(cluster)["conditions"]] == ["Denied"]


def test_requests_go_an_hour_after_their_end_and_a_day_after_they_came(cluster: World) -> None:
    ask(cluster, pkcs10("ann"))
    decide(cluster)
    cluster.advance(3599)
    assert status(cluster)["certificate"]
    cluster.advance(2)
    assert cluster.client.get(REQUESTS, "", "csr") is None
    ask(cluster, pkcs10("ann"))
    cluster.advance(24 * 3600 - 1)
    assert cluster.client.get(REQUESTS, "", "csr") is not None
    cluster.advance(2)
    assert cluster.client.get(REQUESTS, "", "csr") is None


def test_a_request_of_another_signer_that_is_approved_waits_for_its_certificate(cluster: World) -> None:
    ask(cluster, pkcs10("ann"), "example.com/signer")
    decide(cluster)
    cluster.advance(48 * 3600)
    assert cluster.client.get(REQUESTS, "", "csr") is not None
