from __future__ import annotations

import re
from pathlib import Path

import mockapi
from mockapi.nodes.pods.actions import ACTIONS
from mockapi.nodes.pods.facts import CONTAINER_FACTS, POD_FACTS
from mockapi.nodes.staging.reading import built_in

GUIDE = Path(mockapi.__file__).parent.parent / "docs" / "simulation.md"
OBJECT = {"metadata", "spec", "status", "settings"}


def documented(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    table = GUIDE.read_text().partition(f"| {heading} | |")[2].partition("\n\n")[0]
    return {name for row in table.splitlines() for name in re.findall(r"`([a-z-]+)`", row.partition(" | ")[0])}


def test_the_guide_lists_what_stages_may_name() -> None:
    assert documented("of a pod") == set(POD_FACTS)
    assert documented("of a container") == set(CONTAINER_FACTS)
    assert documented("action") == set(ACTIONS)


def test_stages_name_what_there_is() -> None:
    facts = {"Pod": set(POD_FACTS) | OBJECT, "Container": set(CONTAINER_FACTS) | {"spec", "status", "settings", "pod"}}
    for stage in built_in():
        named = [each.path for each in stage.when] + [part for part in (*stage.delay, *stage.every) if isinstance(part, tuple)]
        assert {path[0] for path in [*named, stage.since] if path} <= facts[stage.of], stage.name
        assert not stage.action or stage.action in ACTIONS, stage.name


def test_every_action_is_of_use() -> None:
    used = {stage.action for stage in built_in()}
    assert used - {""} == set(ACTIONS)
