"""JSONPath, as printer columns and selectable fields use it."""

import pytest

from mockapi.machinery.jsonpath import JSONPath, JSONPathError, text_of

VALUE = {
    "spec": {"size": 4, "parts": ["a", "b", "c"], "map": {"k.x": "v"}, "none": None},
    "status": {"conditions": [{"type": "Other", "status": "False", "n": 1}, {"type": "Ready", "status": "True", "n": 2}]},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.size", [4]),
        ("$.spec.size", [4]),
        (".", [VALUE]),
        (".spec.absent.more", []),
        (".spec.size.more", []),
        (".spec.parts[0]", ["a"]),
        (".spec.parts[-1]", ["c"]),
        (".spec.parts[7]", []),
        (".spec.parts[0:2]", ["a", "b"]),
        (".spec.parts[1:]", ["b", "c"]),
        (".spec.parts[*]", ["a", "b", "c"]),
        (".spec.parts.*", ["a", "b", "c"]),
        (".spec.map['k.x']", ["v"]),
        (r".spec.map.k\.x", ["v"]),
        (".spec.none", [None]),
        ('.status.conditions[?(@.type=="Ready")].status', ["True"]),
        (".status.conditions[?(@.type=='Ready')].status", ["True"]),
        (".status.conditions[?(@.type!='Ready')].status", ["False"]),
        (".status.conditions[?(@.n > 1)].type", ["Ready"]),
        (".status.conditions[?(@.n>'x')].type", []),
        (".status.conditions[?(@.absent)].type", []),
        (".status.conditions[?(@.n)].n", [1, 2]),
        ("..type", ["Other", "Ready"]),
    ],
)
def test_paths(path: str, found: list[object]) -> None:
    assert JSONPath(path).find(VALUE) == found


@pytest.mark.parametrize("path", ["spec.size", ".spec[", ".spec[?(@.a == b)]", ".spec[x]"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(JSONPathError):
        JSONPath(path)


@pytest.mark.parametrize(("value", "text"), [("a", "a"), ({"k": "v"}, '{"k":"v"}'), (1, "1"), (True, "true"), ([1, "a"], '[1,"a"]')])
def test_text_of(value: object, text: str) -> None:
    assert text_of(value) == text
