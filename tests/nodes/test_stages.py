"""The golden files of stages/: a pod in, what happens to it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nodes.timeline import Timeline, read

FILES = sorted((Path(__file__).parent / "stages").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_happens(path: Path) -> None:
    document = read(path.read_text())
    assert Timeline(document).run() == document["expect"]
