import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.registry.schema.syntax import syntax_error

END = "unexpected end of JSON input"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"", END),
        (b'{"a": 1', END),
        (b'{"a": "x', END),
        (b"tru", END),
        (b"-", END),
        (b"hello", "invalid character 'h' looking for beginning of value"),
        (b"'", "invalid character '\\'' looking for beginning of value"),
        (b"\x9e", "invalid character '\\u009e' looking for beginning of value"),
        (b"[1,]", "invalid character ']' looking for beginning of value"),
        (b"{a: 1}", "invalid character 'a' looking for beginning of object key string"),
        (b'{"a": 1,}', "invalid character '}' looking for beginning of object key string"),
        (b'{"a" 1}', "invalid character '1' after object key"),
        (b'{"a": 1 "b": 2}', "invalid character '\"' after object key:value pair"),
        (b"[1 2]", "invalid character '2' after array element"),
        (b"{} trailing", "invalid character 't' after top-level value"),
        (b"01", "invalid character '1' after top-level value"),
        (b"nul]", "invalid character ']' in literal null (expecting 'l')"),
        (b"-x", "invalid character 'x' in numeric literal"),
        (b"1.x", "invalid character 'x' after decimal point in numeric literal"),
        (b"1ex", "invalid character 'x' in exponent of numeric literal"),
        (b'"\n"', "invalid character '\\n' in string literal"),
        (b'"\\q"', "invalid character 'q' in string escape code"),
        (b'"\\u00zz"', "invalid character 'z' in \\u hexadecimal character escape"),
    ],
)
def test_errors_are_go_errors(text, error):
    assert syntax_error(text) == error


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_sound_texts_have_no_error(value, ascii_only, indent):
    assert syntax_error(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")) is None


@given(st.binary(max_size=20))
def test_agrees_with_another_parser_on_what_is_json(text):
    try:
        json.loads(text.decode("latin-1"), parse_constant=lambda name: 1 / 0)
    except (ValueError, ZeroDivisionError):
        assert syntax_error(text) is not None
    else:
        assert syntax_error(text) is None
