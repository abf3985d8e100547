"""kubeconfig files that point at the server."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

_NAME = "mockapi"
_LISTS = ("clusters", "users", "contexts")


def kubeconfig(server: str) -> dict[str, Any]:
    """A kubeconfig with one cluster, user and context, all called mockapi."""
    # The JavaScript client refuses plain HTTP unless told not to ask for a certificate; there is none to check.
    cluster = {"server": server, "insecure-skip-tls-verify": True}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": _NAME, "cluster": cluster}],
        "users": [{"name": _NAME, "user": {}}],
        "contexts": [{"name": _NAME, "context": {"cluster": _NAME, "user": _NAME}}],
        "current-context": _NAME,
    }


def kubeconfig_text(server: str) -> str:
    """The kubeconfig as a file's text."""
    return yaml.safe_dump(kubeconfig(server), sort_keys=False)


def merge_kubeconfig(path: Path, server: str) -> None:
    """Puts the entries into a kubeconfig file, in place of those of their name, and selects the context.

    Raises OSError when the file cannot be read or written or is no kubeconfig; it is replaced in one step or not at all.
    """
    present = _read(path)
    wanted = kubeconfig(server)
    for part in _LISTS:
        others = [entry for entry in present.get(part) or [] if entry.get("name") != _NAME]
        wanted[part] = others + wanted[part]
    _replace(path, yaml.safe_dump({**present, **wanted}, sort_keys=False))


def _read(path: Path) -> dict[str, Any]:
    """The file's content, of the shape that is relied on; {} when it is absent or empty."""
    try:
        present = (yaml.safe_load(path.read_text()) if path.exists() else None) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as failure:
        raise OSError(f"{path} is not a kubeconfig") from failure
    if not isinstance(present, dict) or not all(_is_list_of_maps(present.get(part) or []) for part in _LISTS):
        raise OSError(f"{path} is not a kubeconfig")
    return present


def _is_list_of_maps(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _replace(path: Path, text: str) -> None:
    path = path.resolve()  # a link stays one
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
