"""Warning headers (KEP-1693)."""

from __future__ import annotations


def warning_header(text: str) -> str:
    """The header's value: code 299, no agent, and the text as a quoted string of printable characters."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    quoted = printable.replace("\\", "\\\\").replace('"', '\\"')
    # Headers travel as Latin-1; clients read the bytes as UTF-8.
    return f'299 - "{quoted}"'.encode().decode("latin-1")
