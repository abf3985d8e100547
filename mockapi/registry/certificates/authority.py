"""The cluster's certificate authority: one key and certificate for each cluster, kept in its database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mockapi.machinery.meta import Object
from mockapi.registry.keeping import kept
from mockapi.storage.database import Database

_NAME = "kubernetes"
_LASTS = timedelta(days=3650)


class Authority(NamedTuple):
    """Signs certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def authority(database: Database) -> Authority:
    """The cluster's authority, made when it is first asked for."""
    found = kept(database, "certificate-authority", _made)
    key = serialization.load_pem_private_key(found["privateKey"].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Authority(key, x509.load_pem_x509_certificate(found["certificate"].encode()))


def _made() -> Object:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + _LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage_of_an_authority(), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = key.private_bytes(encoding, form, serialization.NoEncryption()).decode()
    return {"privateKey": private, "certificate": certificate.public_bytes(encoding).decode()}


def _usage_of_an_authority() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=True,
        key_cert_sign=True,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
