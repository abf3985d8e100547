"""Why a certificate is not trusted, in the words of Go's crypto/x509."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from typing import Any

from mockapi.machinery.clock import SystemClock, timestamp

_PREFIX = "tls: failed to verify certificate: x509: "
# Codes of OpenSSL (X509_V_ERR_…).
_NOT_YET_VALID, _EXPIRED, _WRONG_HOST, _WRONG_ADDRESS = 9, 10, 62, 64


def complaint(failure: ssl.SSLCertVerificationError, context: ssl.SSLContext, host: str, dial: Callable[[], socket.socket]) -> str:
    """The sentence for a refused certificate; one for another host is looked at once more, to tell for whom it is."""
    if failure.verify_code in {_NOT_YET_VALID, _EXPIRED}:
        now = timestamp(SystemClock().now())
        order = "after" if failure.verify_code == _EXPIRED else "before"
        return f"{_PREFIX}certificate has expired or is not yet valid: current time {now} is {order} the time it is valid"
    if failure.verify_code in {_WRONG_HOST, _WRONG_ADDRESS}:
        return _PREFIX + _mismatch(_names(context, host, dial), host)
    return f"{_PREFIX}certificate signed by unknown authority"


def handshake_complaint(failure: ssl.SSLError) -> str:
    """The sentence for a handshake that failed otherwise."""
    if failure.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        return "http: server gave HTTP response to HTTPS client"
    if isinstance(failure, ssl.SSLEOFError) or failure.reason == "UNEXPECTED_EOF_WHILE_READING":
        return "EOF"
    return f"remote error: tls: {(failure.reason or 'handshake failure').lower().replace('_', ' ')}"


def _names(context: ssl.SSLContext, host: str, dial: Callable[[], socket.socket]) -> list[tuple[str, str]]:
    """The names in the certificate, as pairs of `DNS` or `IP Address` and the name."""
    curious = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    curious.check_hostname = False
    for authority in context.get_ca_certs(binary_form=True):
        curious.load_verify_locations(cadata=authority)
    with dial() as plain, curious.wrap_socket(plain, server_hostname=host) as connection:
        certificate: Any = connection.getpeercert() or {}
    return list(certificate.get("subjectAltName", ()))


def _mismatch(names: list[tuple[str, str]], host: str) -> str:
    addressed = _is_address(host)
    valid = [name for kind, name in names if kind == ("IP Address" if addressed else "DNS")]
    if addressed and not valid:
        return f"cannot validate certificate for {host} because it doesn't contain any IP SANs"
    if not names:
        return "certificate relies on legacy Common Name field, use SANs instead"
    if not valid:
        return f"certificate is not valid for any names, but wanted to match {host}"
    return f"certificate is valid for {', '.join(valid)}, not {host}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
