"""kubeconfig files that point at the server."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

_NAME = "mockapi"


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
    present = yaml.safe_load(path.read_text()) if path.exists() else {}
    if not isinstance(present, dict):
        raise OSError(f"{path} is not a kubeconfig")
    wanted = kubeconfig(server)
    for part in ("clusters", "users", "contexts"):
        others = [entry for entry in present.get(part) or [] if entry.get("name") != _NAME]
        wanted[part] = others + wanted[part]
    _replace(path, yaml.safe_dump({**present, **wanted}, sort_keys=False))


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(temporary).replace(path)
