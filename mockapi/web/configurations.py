"""The body of a PATCH of application/apply-patch+yaml: a configuration to be applied, as YAML or JSON."""

from __future__ import annotations

from typing import Any

from mockapi.machinery.errors import bad_request
from mockapi.machinery.gotext import json_type_name
from mockapi.registry.body import Patch
from mockapi.registry.options import APPLY_PATCH
from mockapi.registry.schema.duplicates import parse_json
from mockapi.registry.schema.report import DecodeError
from mockapi.registry.schema.yamltext import parse_yaml
from mockapi.web.bodies import read
from mockapi.web.exchange import Call


def configuration(call: Call) -> Patch:
    """The configuration; its problems are keys that stand twice. StatusError 400 or 413."""
    try:
        value, problems = _parsed(read(call))
    except DecodeError as error:
        raise bad_request(f"error decoding YAML: error converting YAML to JSON: {error}") from error
    if not isinstance(value, dict | None):
        sentence = f"json: cannot unmarshal {json_type_name(value)} into Go value of type map[string]interface {{}}"
        raise bad_request(f"error decoding YAML: error unmarshaling JSON: while decoding JSON: {sentence}")
    return Patch(APPLY_PATCH, value or {}, problems)


def _parsed(data: bytes) -> tuple[Any, list[str]]:
    """JSON is YAML, and read faster; only YAML's reader tells the lines of what is wrong."""
    if data.lstrip().startswith(b"{"):
        try:
            value, problems = parse_json(data)
        except DecodeError:
            return parse_yaml(data)
        if not problems:
            return value, problems
    return parse_yaml(data)
