"""References to container images, as far as the API server reads them."""

from __future__ import annotations

import re

_SEPARATED = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REFERENCE = re.compile(
    rf"(?:{_DOMAIN}/)?{_SEPARATED}(?:/{_SEPARATED})*"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?P<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)


def default_pull_policy(image: str) -> str:
    """Container.imagePullPolicy when none is given: Always for the tag `latest`, also when that is only implied."""
    found = _REFERENCE.fullmatch(image)
    if found is None:
        return "IfNotPresent"
    latest = found["tag"] == "latest" or not (found["tag"] or found["digest"])
    return "Always" if latest else "IfNotPresent"
