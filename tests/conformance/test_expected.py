import pytest

from tests.conformance.expected import Expectation, complaint, parse, render, updated

TEXT = """\
# a comment

pass wire services/svc-table
flaky cli events-watch  # the order of two events
fail wire apply/apply-atomic  # server-side apply: a later issue #7
"""


def test_lines_are_verdict_name_and_reason() -> None:
    assert parse(TEXT) == {
        "wire services/svc-table": Expectation("pass"),
        "cli events-watch": Expectation("flaky", "the order of two events"),
        "wire apply/apply-atomic": Expectation("fail", "server-side apply: a later issue #7"),
    }


def test_what_is_written_reads_back_with_the_passing_first() -> None:
    shuffled = dict(reversed(parse(TEXT).items()))
    text = render(shuffled)
    assert parse(text) == shuffled
    assert [line.split()[0] for line in text.splitlines() if not line.startswith("#")] == ["pass", "flaky", "fail"]


@pytest.mark.parametrize("line", ["fail wire a/b", "flaky cli a", "pass a/b", "passes wire a/b", "pass wire a\npass wire a"])
def test_a_line_out_of_form_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"expected\.txt:\d"):
        parse(line)


@pytest.mark.parametrize(
    ("expectation", "passed", "part"),
    [
        (Expectation("pass"), True, None),
        (Expectation("pass"), False, "listed as passing"),
        (Expectation("fail", "later"), False, None),
        (Expectation("fail", "later"), True, "passes now, move it up"),
        (Expectation("flaky", "late"), True, None),
        (Expectation("flaky", "late"), False, None),
        (None, True, "not listed"),
        (None, False, "not listed"),
    ],
)
def test_only_a_surprise_is_complained_about(expectation: Expectation | None, passed: bool, part: str | None) -> None:
    said = complaint(expectation, passed)
    assert (part in said) if part else said == ""


@pytest.mark.parametrize(
    ("expectation", "passed", "after"),
    [
        (Expectation("fail", "later"), False, Expectation("fail", "later")),
        (Expectation("fail", "later"), True, Expectation("pass")),
        (Expectation("pass"), False, Expectation("fail", "differs at: GET /")),
        (Expectation("flaky", "late"), True, Expectation("flaky", "late")),
        (None, True, Expectation("pass")),
        (None, False, Expectation("fail", "differs at: GET /")),
    ],
)
def test_an_update_keeps_the_reasons_that_are_still_true(expectation: Expectation | None, passed: bool, after: Expectation) -> None:
    assert updated(expectation, passed, "differs at: GET /") == after
