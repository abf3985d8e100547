"""One of several processes on a database leads."""

from __future__ import annotations

from pathlib import Path

from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate


def test_the_second_leads_once_the_first_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'db'}"
    migrate(url)
    first, second = Database(url), Database(url)
    assert first.lead()
    assert not second.lead()
    assert first.lead()
    first.close()
    assert second.lead()
    second.close()
