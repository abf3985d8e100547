import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.registry.schema.report import Report
from mockapi.registry.schema.scalars import data


def decoded(text):
    report = Report()
    return data(text, (None, report)), report.failure


@pytest.mark.parametrize(
    ("text", "offset"),
    [("abc", 0), ("abcdef", 4), ("not base64", 3), ("words.", 5), ("YQ=", 3), ("YQ==x", 4), ("Y===", 1), ("YQ=x", 2), ("Y\nQ=", 4)],
)
def test_flaws_are_found_where_go_finds_them(text, offset):
    assert decoded(text) == (None, f"illegal base64 data at input byte {offset}")


@given(st.binary(), st.sampled_from(["", "\n", "\r\n"]), st.integers(1, 9))
def test_sound_base64_passes_without_line_breaks(raw, line_break, width):
    text = base64.b64encode(raw).decode()
    broken = line_break.join(text[index : index + width] for index in range(0, len(text), width))
    assert decoded(broken) == (text, None)
