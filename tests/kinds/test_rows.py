"""What the tables of `kubectl get` show: an object in, a row out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockapi.assembly import all_kinds
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.tables import table

NOW = datetime(2026, 1, 2, tzinfo=UTC)
META = {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"}
CASES = yaml.safe_load((Path(__file__).parent / "rows.yaml").read_text())
KINDS = {kind.resource: kind for kind in all_kinds() if kind.is_stored}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['resource']}: {case['of']}")
def test_a_row(case: dict[str, Any]) -> None:
    kind = KINDS[case["resource"]]
    obj = {**case["object"], "metadata": {**META, **case["object"].get("metadata", {})}}
    (row,) = table(kind, [obj], NOW, {}, Definitions.for_minor())["rows"]
    named = dict(zip((column.name for column in kind.columns), map(str, row["cells"]), strict=True))
    assert named.pop("Name") == case.get("named", "x")
    assert named.pop("Age", "24h") == "24h"
    assert " | ".join(named.values()) == case["row"]
    assert row.get("conditions") == case.get("conditions")
