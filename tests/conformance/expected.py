"""expected.txt: which recorded scenarios pass, and why the others do not yet.

One line each, the passing ones first:

    pass wire services/svc-table
    flaky cli events-watch  # what the order of two events depends on
    fail wire apply/apply-atomic  # server-side apply: a later issue

`flaky` may pass or fail; `flaky` and `fail` need a reason.
"""

import re
from dataclasses import dataclass
from pathlib import Path

VERDICTS = ("pass", "flaky", "fail")
LINE = re.compile(r"(?P<verdict>pass|flaky|fail) (?P<name>(?:wire|cli) \S+)(?:\s+#\s*(?P<reason>\S.*))?")
HEAD = """\
# Which recorded scenarios pass, and why the others do not yet; tests/conformance/expected.py has the format.
# CI fails when a `pass` fails, and when a `fail` passes: then `python -m tests.conformance.check --update` moves it up.
"""


@dataclass(frozen=True)
class Expectation:
    """What one scenario is expected to do."""

    verdict: str
    reason: str = ""


Expectations = dict[str, Expectation]


def parse(text: str) -> Expectations:
    """The expectations by name ("wire area/name" or "cli name"); ValueError for a line out of form, a reason missing, a name twice."""
    found: Expectations = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.rstrip())
        if match is None or match["name"] in found or (match["verdict"] != "pass" and not match["reason"]):
            raise ValueError(f"expected.txt:{number}: not a verdict with its reason, or named twice: {line}")
        found[match["name"]] = Expectation(match["verdict"], match["reason"] or "")
    return found


def render(expectations: Expectations) -> str:
    """The text that `parse` reads back."""
    ordered = sorted(expectations.items(), key=lambda item: (VERDICTS.index(item[1].verdict), item[0]))
    return HEAD + "".join(f"{e.verdict} {name}{'  # ' + e.reason if e.reason else ''}\n" for name, e in ordered)


def read(path: Path) -> Expectations:
    """The file's expectations; none when there is no such file."""
    return parse(path.read_text()) if path.exists() else {}


def complaint(expectation: Expectation | None, passed: bool) -> str:
    """What is wrong with this result, or the empty string."""
    if expectation is None:
        return "is not listed in expected.txt (--update adds it)"
    if expectation.verdict == "pass" and not passed:
        return "fails, and is listed as passing"
    if expectation.verdict == "fail" and passed:
        return f"passes now, move it up (--update); it was listed with: {expectation.reason}"
    return ""


def updated(expectation: Expectation | None, passed: bool, why: str) -> Expectation:
    """What to list after this result; a reason that is still true stays as somebody wrote it."""
    if expectation is not None and (expectation.verdict == "flaky" or (expectation.verdict == "fail" and not passed)):
        return expectation
    return Expectation("pass") if passed else Expectation("fail", why)
