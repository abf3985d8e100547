"""The hashes that show in names and in orders: FNV-1a of 32 and of 128 bits."""

from __future__ import annotations

from mockapi.machinery.identity import safe_encode

_PRIME_32 = 0x01000193
_BASIS_32 = 0x811C9DC5
_MASK_32 = (1 << 32) - 1
_PRIME_128 = 0x0000000001000000000000000000013B
_BASIS_128 = 0x6C62272E07BB014262B821756295C58D
_MASK_128 = (1 << 128) - 1


def fnv32a(data: bytes) -> int:
    """FNV-1a of 32 bits."""
    return _fnv1a(data, _BASIS_32, _PRIME_32, _MASK_32)


def fnv128a_hex(data: bytes) -> str:
    """FNV-1a of 128 bits in 32 hexadecimal digits: the key by which ports of endpoints are sorted."""
    return f"{_fnv1a(data, _BASIS_128, _PRIME_128, _MASK_128):032x}"


def name_hash(text: str) -> str:
    """A short hash that is safe in names, as in `pod-template-hash`; equal texts give equal answers."""
    return safe_encode(str(fnv32a(text.encode())))


def _fnv1a(data: bytes, basis: int, prime: int, mask: int) -> int:
    value = basis
    for byte in data:
        value = (value ^ byte) * prime & mask
    return value
