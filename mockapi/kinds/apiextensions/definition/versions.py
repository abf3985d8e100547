"""Rules of the versions of a definition beside their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, Path, invalid
from mockapi.machinery.meta import Object, Objects

# What the real server keeps for all versions together when it is the same in each: errors then name its place there.
_COMMON = {
    "schema": "validation",
    "subresources": "subresources",
    "additionalPrinterColumns": "additionalPrinterColumns",
    "selectableFields": "selectableFields",
}
# The fields as the real server's internal type names them.
_INTERNAL = {
    "name": "Name",
    "served": "Served",
    "storage": "Storage",
    "deprecated": "Deprecated",
    "deprecationWarning": "DeprecationWarning",
    "schema": "Schema",
    "subresources": "Subresources",
    "additionalPrinterColumns": "AdditionalPrinterColumns",
    "selectableFields": "SelectableFields",
}
_LONGEST_WARNING = 256


def common(versions: Objects) -> dict[str, Any]:
    """Those parts that all versions have alike."""
    if not versions:
        return {}
    return {
        part: versions[0][part] for part in _COMMON if versions[0].get(part) and all(v.get(part) == versions[0][part] for v in versions)
    }


def place(part: str, spec: Path, position: int | None) -> Path:
    """Where a part stands: in the version at the position, or (None) common to all."""
    return spec.child(_COMMON[part]) if position is None else spec.child("versions").item(position).child(part)


def shown(versions: Objects) -> list[dict[str, Any]] | None:
    """The versions as errors show them."""
    shared = common(versions)
    return [
        {
            name: (None if field in shared else version.get(field, False if field == "deprecated" else None))
            for field, name in _INTERNAL.items()
        }
        for version in versions
    ] or None


def version_errors(versions: Objects, path: Path) -> Iterator[FieldError]:
    """The errors of the versions together."""
    given = [version.get("name", "") for version in versions]
    if len(set(given)) < len(given):
        yield invalid(path, shown(versions), "must contain unique version names")
    if sum(version["storage"] for version in versions) != 1:
        yield invalid(path, shown(versions), "must have exactly one version marked as storage version")


def first_version_errors(versions: Objects, spec: Path) -> Iterator[FieldError]:
    """The real server also keeps the first version's name apart, and judges it there once more."""
    if versions:
        yield from _name_errors(versions[0].get("name", ""), spec.child("version"))


def one_version_errors(version: Object, path: Path) -> Iterator[FieldError]:
    """The errors of a version's name and deprecation."""
    yield from _name_errors(version.get("name", ""), path.child("name"))
    warning = version.get("deprecationWarning")
    for message in _warning_errors(bool(version.get("deprecated")), warning):
        yield invalid(path.child("deprecationWarning"), warning, message)


def _name_errors(name: str, path: Path) -> Iterator[FieldError]:
    messages = names.dns1035_label(name)
    if messages:
        yield invalid(path, name, ",".join(messages))


def _warning_errors(deprecated: bool, warning: str | None) -> Iterator[str]:
    if warning is None:
        return
    if not deprecated:
        yield "can only be set for deprecated versions"
        return
    if names.size(warning) > _LONGEST_WARNING:
        yield f"must be <= {_LONGEST_WARNING} characters long"
    if not warning:
        yield "must not be an empty string"
    for position, character in enumerate(warning):
        if not character.isprintable():
            yield f"must only contain printable UTF-8 characters; non-printable character found at index {position}"
            break


def stored_version_errors(stored: list[str] | None, versions: Objects, path: Path) -> Iterator[FieldError]:
    """Versions in which objects may be stored must stay."""
    if not stored:
        yield invalid(path, None, "must have at least one stored version")
        return
    for version in versions:
        if version["storage"] and version["name"] not in stored:
            yield invalid(path, stored, f"must have the storage version {version['name']}")
    present = {version["name"] for version in versions}
    for position, name in enumerate(stored):
        if name not in present:
            yield invalid(
                path.item(position), name,
                f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage "
                f"migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions",
            )  # fmt: skip
