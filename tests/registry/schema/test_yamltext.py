import pytest

from mockapi.registry.schema.decode import DecodeError
from mockapi.registry.schema.yamltext import parse_yaml, strict_yaml_error


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("off", False),
        ("~", None),
        ("'yes'", "yes"),
        ("!!str 123", "123"),
        ("017", 15),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("1e3", 1000),
        (".5", 0.5),
        ("08", 8),
        ("1:30", "1:30"),
        ("2020-01-01", "2020-01-01"),
        ("1.2.3", "1.2.3"),
        ("v1", "v1"),
        ('{"json": [1, null]}', {"json": [1, None]}),
        ("", None),
    ],
)
def test_scalars_mean_what_go_takes_them_for(text, value):
    assert parse_yaml(text) == (value, [])


def test_keys_become_sorted_strings():
    value, _ = parse_yaml("b: 1\non: 2\n8080: 3\na: 4\n")
    assert list(value.items()) == [("8080", 3), ("a", 4), ("b", 1), ("true", 2)]


def test_only_the_first_document_is_read():
    assert parse_yaml("a: 1\n---\nb: [") == ({"a": 1}, [])


def test_duplicates_name_their_line():
    value, problems = parse_yaml("spec:\n  ports:\n  - port: 80\n    port: 81\n")
    assert value == {"spec": {"ports": [{"port": 81}]}}
    assert problems == ['line 4: key "port" already set in map']
    assert strict_yaml_error(problems) == 'yaml: unmarshal errors:\n  line 4: key "port" already set in map'


def test_merge_keys_and_aliases():
    text = "base: &base {a: 1, b: 2}\nitem:\n  <<: *base\n  b: 3\n"
    assert parse_yaml(text) == ({"base": {"a": 1, "b": 2}, "item": {"a": 1, "b": 3}}, [])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("apiVersion: v1\nkind: ConfigMap\n\tmetadata: {}", "yaml: line 3: found a tab character that violates indentation"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: tab\n", "yaml: line 4: found character that cannot start any token"),
        ("a: b: c", "yaml: mapping values are not allowed in this context"),
        ("a:\n  b: c\n d: e", "yaml: line 2: did not find expected key"),
        ("a: 1\nb\nc: 2", "yaml: line 3: could not find expected ':'"),
        ("name: {{ .Values.name }}", 'yaml: invalid map key: map[interface {}]interface {}{".Values.name":interface {}(nil)}'),
        ("x: &a [*a]", "yaml: anchor value contains itself"),
    ],
)
def test_errors_are_go_errors(text, error):
    with pytest.raises(DecodeError) as caught:
        parse_yaml(text)
    assert str(caught.value) == error


def test_aliases_of_aliases_of_aliases_are_refused():
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    with pytest.raises(DecodeError, match="excessive aliasing"):
        parse_yaml("\n".join(lines))
