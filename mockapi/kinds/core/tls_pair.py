"""Whether the two halves of a TLS secret look like a certificate and a private key, in the words of Go's crypto/tls.

The PEM blocks are looked at, not what they hold: that a key belongs to another certificate goes unnoticed.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(rb"-----BEGIN ([^\n]*?)-----\s.*?-----END \1-----", re.DOTALL)
_CERTIFICATE, _KEY = "CERTIFICATE", "PRIVATE KEY"


def pair_error(certificate: bytes, key: bytes) -> str | None:
    """What is wrong with the pair, None when nothing is."""
    return _certificate_error(_blocks(certificate)) or _key_error(_blocks(key))


def _blocks(text: bytes) -> list[str]:
    return [label.decode(errors="replace") for label in _BLOCK.findall(text)]


def _certificate_error(types: list[str]) -> str | None:
    if _CERTIFICATE in types:
        return None
    if len(types) == 1 and types[0].endswith(_KEY):
        return (
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched"
        )
    return _missing(types, "certificate", f'"{_CERTIFICATE}" PEM block')


def _key_error(types: list[str]) -> str | None:
    if any(label.endswith(_KEY) for label in types):
        return None
    if types == [_CERTIFICATE]:
        return "tls: found a certificate rather than a key in the PEM for the private key"
    return _missing(types, "key", f'PEM block with type ending in "{_KEY}"')


def _missing(types: list[str], half: str, what: str) -> str:
    if not types:
        return f"tls: failed to find any PEM data in {half} input"
    skipped = " ".join(types)
    return f"tls: failed to find {what} in {half} input after skipping PEM blocks of the following types: [{skipped}]"
