"""The grammars of names and their sentences."""

import pytest

from mockapi.machinery import names

SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
    "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
KEY = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
CHARSET = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"


@pytest.mark.parametrize(
    ("rule", "value", "messages"),
    [
        (names.dns1123_subdomain, "a.b-c.d", []),
        (names.dns1123_subdomain, "Bad_Name", [SUBDOMAIN]),
        (names.dns1123_subdomain, "a\n", [SUBDOMAIN]),
        (names.dns1123_subdomain, "a" * 254, ["must be no more than 253 characters"]),
        (names.dns1123_label, "1web", []),
        (names.dns1123_label, "a.b", ["must not contain dots"]),
        (names.dns1123_label, "-x", [LABEL]),
        (names.dns1123_label, "a" * 64, ["must be no more than 63 characters"]),
        (names.dns1123_subdomain_with_underscore, "_a.b", []),
        (names.wildcard_dns1123_subdomain, "*.example.com", []),
        (names.qualified_name, "example.com/My_Name", []),
        (names.qualified_name, "", ["name part must be non-empty", f"name part {KEY}"]),
        (names.qualified_name, "/a", ["prefix part must be non-empty"]),
        (names.qualified_name, "B/x y", [f"prefix part {SUBDOMAIN}", f"name part {KEY}"]),
        (names.qualified_name, "a" * 64, ["name part must be no more than 63 bytes"]),
        (
            names.qualified_name,
            "http/1.1/x",
            [f"a valid label key {KEY} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"],
        ),
        (names.label_value, "", []),
        (names.label_value, "a" * 64, ["must be no more than 63 bytes"]),
        (names.port_name, "http-alt", []),
        (names.port_name, "HTTP", [CHARSET, "must contain at least one letter (a-z)"]),
        (names.port_name, "web--ui", ["must not contain consecutive hyphens"]),
        (names.port_name, "-web", ["must not begin or end with a hyphen"]),
        (names.port_name, "a-very-long-port-name", ["must be no more than 15 characters"]),
        (names.path_segment_name, "..", ["may not be '..'"]),
        (names.path_segment_name, "a/b%c", ["may not contain '/'", "may not contain '%'"]),
        (names.path_segment_name, "system:node", []),
        (
            names.environment_variable_name,
            "a=b",
            ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
        ),
        (names.environment_variable_name, "", ["environment variable name must be non-empty"]),
        (names.config_key, "..data", ["must not start with '..'"]),
        (names.percent, "50%", []),
    ],
)
def test_sentences(rule, value, messages):
    assert rule(value) == messages


def test_recorded_sentences_of_other_grammars():
    assert names.dns1035_label("1") == [
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
        "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    ]
    assert names.wildcard_dns1123_subdomain("*foo.com") == [
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case "
        "alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is "
        "'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    ]
    assert names.config_key("with space") == [
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
        "regex used for validation is '[-._a-zA-Z0-9]+')"
    ]
    assert names.http_header_name("bad name") == [
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is "
        "'[-A-Za-z0-9]+')"
    ]
    assert names.percent("half") == [
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is "
        "'[0-9]+%')"
    ]


@pytest.mark.parametrize(("port", "valid"), [(0, False), (1, True), (65535, True), (65536, False)])
def test_port_numbers(port, valid):
    assert names.port_number(port) == ([] if valid else ["must be between 1 and 65535, inclusive"])


@pytest.mark.parametrize(("prefix", "whole"), [("web-", "wea"), ("web", "web"), ("-", "-"), ("a-", "a")])
def test_a_generated_name_does_not_end_in_the_hyphen_of_its_prefix(prefix, whole):
    assert names.completed(prefix) == whole
