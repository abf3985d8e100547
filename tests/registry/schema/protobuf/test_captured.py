"""Bodies that kubectl 1.33 posted hold what its client-side dry run prints for the same command."""

import json
from pathlib import Path

import pytest

from mockapi.registry.schema.decode import Decoder
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.protobuf.decode import decode

CAPTURED = json.loads(Path(__file__).with_name("captured.json").read_text())
DEFINITIONS = Definitions.for_minor()


@pytest.mark.parametrize("case", CAPTURED, ids=lambda case: case["command"])
def test_the_body_is_worth_its_json(case):
    api_version, kind = case["json"]["apiVersion"], case["json"]["kind"]
    group, _, version = api_version.rpartition("/")
    decoder = Decoder(DEFINITIONS, DEFINITIONS.name_of(group, version, kind))
    sent = decoder.decode(decode(bytes.fromhex(case["body"]), DEFINITIONS, {}))
    assert sent.unknown == []
    assert sent.object == decoder.decode(case["json"]).object
