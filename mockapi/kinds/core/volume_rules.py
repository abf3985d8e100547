"""What volumes and claims to them share: ways of access, modes and classes, and how tables show them."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.amounts import amount
from mockapi.kinds.podspec.checks import grammar
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, annotations_of, is_terminating
from mockapi.machinery.quantity import ZERO
from mockapi.registry.printing import UNSET

BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_ONCE_POD = "ReadWriteOncePod"
_SHORT = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", _ONCE_POD: "RWOP"}
_MODES = ("Block", "Filesystem")


def access_modes(modes: list[str], detail: str) -> Iterator[FieldError]:
    """spec.accessModes; `detail` is what an empty list is told."""
    if not modes:
        yield fielderrors.required("accessModes", detail)
    for mode in modes:
        if mode not in _SHORT:
            yield fielderrors.not_supported("accessModes", mode, sorted(_SHORT))
    if len({mode == _ONCE_POD for mode in modes if mode in _SHORT}) > 1:
        yield fielderrors.forbidden("accessModes", f"may not use {_ONCE_POD} with other access modes")


def positive(text: str) -> Iterator[FieldError]:
    """An amount above zero."""
    if amount(text) <= ZERO:
        yield fielderrors.invalid("", text, "must be greater than zero")


def volume_mode(mode: str) -> Iterator[FieldError]:
    """spec.volumeMode."""
    if mode not in _MODES:
        yield fielderrors.not_supported("", mode, _MODES)


class_name = grammar(names.dns1123_subdomain)


def storage_class_of(obj: Object) -> str:
    """The storage class of a volume or claim, which an annotation named in the past."""
    return annotations_of(obj).get(BETA_CLASS) or obj["spec"].get("storageClassName") or ""


def short_modes(modes: list[str] | None) -> str:
    """The cell of the ways of access: `RWO,ROX`."""
    return ",".join(short for mode, short in _SHORT.items() if mode in (modes or ()))


def phase(obj: Object) -> str:
    """The cell of the phase."""
    return "Terminating" if is_terminating(obj) else str((obj.get("status") or {}).get("phase", ""))


def or_unset(value: str | None) -> str:
    """The cell of an optional field."""
    return UNSET if value is None else value


def class_annotation_warnings(obj: Object) -> Iterator[str]:
    """A warning of the annotation that named the storage class in the past."""
    if BETA_CLASS in annotations_of(obj):
        yield f'metadata.annotations[{BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead'


def fraction_warnings(amounts: dict[str, str] | None, path: str) -> Iterator[str]:
    """A warning of a size that is no whole number of bytes."""
    text = (amounts or {}).get("storage")
    if text is not None and amount(text).milli_value % 1000:
        yield f'{path}[storage]: fractional byte value "{text}" is invalid, must be an integer'
