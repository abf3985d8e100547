"""Making the certificate that a request asks for."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from mockapi.registry.certificates.authority import Authority

# kube-controller-manager: clusterSigningDuration, and how far its certificates reach back for clocks that are behind.
_LONGEST = timedelta(days=365)
_BACKDATED = timedelta(minutes=5)
_SHORT = timedelta(hours=8)

_PURPOSES = {
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "client auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "server auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "code signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "s/mime": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp signing": ExtendedKeyUsageOID.OCSP_SIGNING,
    "ipsec end system": x509.ObjectIdentifier("1.3.6.1.5.5.7.3.5"),
    "ipsec tunnel": x509.ObjectIdentifier("1.3.6.1.5.5.7.3.6"),
    "ipsec user": x509.ObjectIdentifier("1.3.6.1.5.5.7.3.7"),
    "microsoft sgc": x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"),
    "netscape sgc": x509.ObjectIdentifier("2.16.840.1.113730.4.1"),
}
_KEY_USAGES = {
    "signing": "digital_signature",
    "digital signature": "digital_signature",
    "content commitment": "content_commitment",
    "key encipherment": "key_encipherment",
    "data encipherment": "data_encipherment",
    "key agreement": "key_agreement",
    "cert sign": "key_cert_sign",
    "crl sign": "crl_sign",
    "encipher only": "encipher_only",
    "decipher only": "decipher_only",
}


def issued(authority: Authority, asked: x509.CertificateSigningRequest, usages: list[str], seconds: int | None, now: datetime) -> str:
    """The certificate, PEM and then base64 as in CertificateSigningRequest.status.certificate."""
    begins = now - _BACKDATED
    lasts = min(timedelta(seconds=seconds), _LONGEST) if seconds else _LONGEST
    ends = min((now if lasts < _SHORT else begins) + lasts, authority.certificate.not_valid_after_utc)
    builder = x509.CertificateBuilder(
        authority.certificate.subject, asked.subject, asked.public_key(), x509.random_serial_number(), begins, ends
    ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    for extension, critical in _extensions(authority, asked, usages):
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(authority.key, hashes.SHA256())
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.PEM)).decode()


def _extensions(authority: Authority, asked: x509.CertificateSigningRequest, usages: list[str]) -> list[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = []
    named = {_KEY_USAGES[usage]: True for usage in usages if usage in _KEY_USAGES}
    if named:
        found.append((x509.KeyUsage(**dict.fromkeys(_KEY_USAGES.values(), False) | named), True))
    purposes = list(dict.fromkeys(_PURPOSES[usage] for usage in usages if usage in _PURPOSES))
    if purposes:
        found.append((x509.ExtendedKeyUsage(purposes), False))
    key = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    found.append((x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key), False))
    names = [each for each in asked.extensions if isinstance(each.value, x509.SubjectAlternativeName)]
    return [*found, *((each.value, each.critical) for each in names)]
