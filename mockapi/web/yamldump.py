"""Values as YAML text, quoted and folded as the API server writes them."""

from __future__ import annotations

import re
from typing import Any

import yaml

# What readers of YAML may take for a boolean or a number, beside what PyYAML's resolver knows: y, 1e3, 0o17, 1:30.
_AMBIGUOUS = re.compile(r"[yYnN]|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_STRING_TAG = "tag:yaml.org,2002:str"
# Line breaks of YAML 1.1 that are none of ours, and the byte order mark: safe in double quotes only, as escapes.
_SPECIAL = re.compile("[\x85\u2028\u2029\ufeff\r]")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Several lines as a literal block, what would read as something else in double quotes, the rest plain where that is possible."""
    if _SPECIAL.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif _AMBIGUOUS.fullmatch(text) or _plain_tag(dumper, text) != _STRING_TAG:
        style = '"'
    else:
        style = ""
    return dumper.represent_scalar(_STRING_TAG, text, style=style or None)


def _plain_tag(dumper: _Dumper, text: str) -> str:
    tag: str = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return tag


_Dumper.add_representer(str, _represent_text)


def dump(value: Any) -> bytes:
    """The value as one YAML document with sorted keys."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=True, allow_unicode=True, default_flow_style=False, width=float("inf"))
    return text.encode()
