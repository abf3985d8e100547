"""Stages from the package's YAML files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mockapi.machinery.meta import Object
from mockapi.nodes.staging.stage import EventTemplate, Requirement, Seconds, Stage, as_text, parse_path

# Stages with the same first requirement, each with its position among all of a kind: most are ruled out by it together.
Group = tuple[Requirement | None, tuple[tuple[int, Stage], ...]]
# The stages for each kind of subject.
Stages = Mapping[str, tuple[Group, ...]]
_PACKAGE = "mockapi.nodes.stages"


@cache
def built_in() -> tuple[Stage, ...]:
    """The stages of the package, in their order."""
    files = sorted((file for file in resources.files(_PACKAGE).iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    loaded = [document for file in files for document in yaml.load(file.read_text(), _LOADER)]
    return tuple(map(parse_stage, loaded))


@cache
def built_in_by_kind() -> Stages:
    """The stages of the package for each kind of subject."""
    return by_kind(built_in())


def by_kind(stages: Iterable[Stage]) -> Stages:
    """The stages of each kind of subject, in their order."""
    found: dict[str, dict[Requirement | None, list[tuple[int, Stage]]]] = {}
    for position, stage in enumerate(stages):
        groups = found.setdefault(stage.of, {})
        groups.setdefault(stage.when[0] if stage.when else None, []).append((position, stage))
    return {kind: tuple((first, tuple(group)) for first, group in groups.items()) for kind, groups in found.items()}


def parse_stage(document: Object) -> Stage:
    """A stage as YAML has it; KeyError or TypeError for one that is malformed."""
    rest = dict(document)
    return Stage(
        when=tuple(_requirement(each) for each in rest.pop("when", ())),
        delay=_seconds(rest.pop("delay", None)),
        every=_seconds(rest.pop("every", None)),
        since=parse_path(rest.pop("since", "")),
        events=tuple(EventTemplate(**each) for each in rest.pop("events", ())),
        **rest,
    )


def _requirement(document: Object) -> Requirement:
    values = frozenset(as_text(value) for value in document.get("values", ()))
    return Requirement(parse_path(document["key"]), document["operator"], values)


def _seconds(document: Any) -> Seconds:
    if document is None:
        return ()
    parts = document if isinstance(document, list) else [document]
    return tuple(parse_path(part) if isinstance(part, str) else float(part) for part in parts)


# libyaml reads the files in a tenth of the time, where it is there.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
