"""Decoding a JSON value as a type of the API: what Go would hold after reading it, written out as Go would write it.

Null means unset. Unknown fields are dropped and reported, wrong types refused with the real server's text; `goshape` says what is written
when it is empty.
"""

from __future__ import annotations

from typing import NamedTuple

from mockapi.machinery.meta import Object
from mockapi.registry.schema.compiler import compiler
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.report import ConversionReport, DecodeError, Report

__all__ = ["DecodeError", "Decoded", "Decoder"]


class Decoded(NamedTuple):
    """A decoded object, and the messages of strict decoding (`unknown field "spec.tpye"`): `decode` gives them in the document's order."""

    object: Object
    unknown: list[str]


class Decoder:
    """Decodes values of one definition. Made once for each kind: the definition is compiled at the first value."""

    def __init__(self, definitions: Definitions, definition: str) -> None:
        """KeyError when there is no such definition."""
        self._definition = definition
        self._compiler = compiler(definitions)
        definitions[definition]

    def decode(self, value: Object) -> Decoded:
        """The value as the server holds it, in a new dict; the value stays as it is. DecodeError when a type is wrong.

        What has no known fields (RawExtension, managed fields, JSON) is shared with the value, not copied.
        """
        return self._decode(value, Report())

    def convert(self, value: Object) -> Decoded:
        """Like `decode`, with the errors and the sorted unknown fields of the server after a strategic merge patch."""
        return self._decode(value, ConversionReport())

    def _decode(self, value: Object, report: Report) -> Decoded:
        obj = self._compiler.convert(self._definition)(value, (None, report))
        if report.failure is not None:
            raise DecodeError(report.failure)
        return Decoded(obj, report.unknown)
