"""The document at /version."""

from __future__ import annotations

from mockapi.machinery.meta import Object

# The patch release that the recorded cluster ran.
_PATCH = 2


def version_info(minor: str) -> Object:
    """The version.Info of a Kubernetes minor such as "1.36"."""
    major, _, number = minor.partition(".")
    return {
        "major": major,
        "minor": number,
        "emulationMajor": major,
        "emulationMinor": number,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(number) - 1),
        "gitVersion": f"v{minor}.{_PATCH}",
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
