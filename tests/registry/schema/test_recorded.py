"""What a real server answered is a fixed point of decoding: nothing is unknown, lost or added."""

import json
from pathlib import Path

import pytest

from mockapi.registry.schema.decode import Decoder
from mockapi.registry.schema.definitions import Definitions

GOLDEN = Path(__file__).parents[2] / "conformance" / "golden"
DEFINITIONS = Definitions.for_minor()
MICRO_TIMES = {"eventTime", "renewTime", "acquireTime", "lastObservedTime"}
NUMBERS = {"nodePort", "port", "targetPort", "healthCheckNodePort", "count", "observedGeneration"}
OBJECTS = {"managedFields": {"manager": "a"}, "status": {}}


def plausible(value, field=""):
    """The recorded value with a value for each matcher."""
    if isinstance(value, list):
        return [plausible(item, field) for item in value]
    if not isinstance(value, dict):
        return value
    if not isinstance(value.get("$"), str):
        return {key: plausible(item, key) for key, item in value.items()}
    if value["$"] == "time":
        return "2026-01-02T03:04:05.000006Z" if field in MICRO_TIMES else "2026-01-02T03:04:05Z"
    return 30001 if field in NUMBERS else OBJECTS.get(field, "text")


def objects(body):
    """The single objects of a body: itself, or the items of a list or watch."""
    if isinstance(body, list):
        return [found for event in body for found in objects(event.get("object") if isinstance(event, dict) else None)]
    if not isinstance(body, dict) or not isinstance(body.get("apiVersion"), str):
        return []
    kind = {"kind": str(body.get("kind")).removesuffix("List"), "apiVersion": body["apiVersion"]}
    return [kind | item for item in body["items"] or ()] if "items" in body else [body]


def recorded():
    for path in sorted(GOLDEN.glob("*/*.json")):
        found = [plausible(obj) for step in json.loads(path.read_text()) for obj in objects(step.get("body"))]
        yield pytest.param(found, id=path.stem)


@pytest.mark.parametrize("found", list(recorded()))
def test_recorded_answers_are_fixed_points(found):
    for obj in found:
        group, _, version = obj["apiVersion"].rpartition("/")
        name = DEFINITIONS.name_of(group, version, str(obj["kind"]))
        if name is not None:
            decoded = Decoder(DEFINITIONS, name).decode(obj)
            assert decoded.unknown == []
            assert without_status(decoded.object) == without_status(obj)


def without_status(obj):
    """A status that stood for a matcher gets its defaults, which says nothing."""
    return {key: value for key, value in obj.items() if key != "status"} if obj.get("status") in ({}, {"replicas": 0}) else obj
