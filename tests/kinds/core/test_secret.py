import base64
from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

SKIPPED = "after skipping PEM blocks of the following types"
REDACTED = 'Invalid value: "<secret contents redacted>"'


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(kind: str = "", annotations: Object | None = None, **data: str) -> Object:
    values = {key.replace("_", "."): encoded(value) for key, value in data.items()}
    return {"metadata": {"name": "s", "annotations": annotations or {}}, "type": kind, "data": values}


def block(label: str) -> str:
    return f"-----BEGIN {label}-----\nMIIB\n-----END {label}-----\n"


def test_texts_become_data(api: Api) -> None:
    created = api.create("secrets", {**secret(a="1", b="2"), "stringData": {"b": "ä"}})
    assert created["data"] == {"a": encoded("1"), "b": encoded("ä")}
    assert (created["type"], "stringData" in created) == ("Opaque", False)
    assert api.patch("secrets", "s", {"stringData": {"c": "3"}})["data"]["c"] == encoded("3")


@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        (secret("kubernetes.io/service-account-token"), ["metadata.annotations[kubernetes.io/service-account.name]: Required value"]),
        (secret("kubernetes.io/basic-auth"), ["data[username]: Required value", "data[password]: Required value"]),
        (secret("kubernetes.io/basic-auth", password=""), []),
        (secret("kubernetes.io/ssh-auth"), ["data[ssh-privatekey]: Required value"]),
        ({**secret("kubernetes.io/ssh-auth"), "data": {"ssh-privatekey": ""}}, ["data[ssh-privatekey]: Required value"]),
        (secret("kubernetes.io/tls"), ["data[tls.crt]: Required value", "data[tls.key]: Required value"]),
        (secret("kubernetes.io/dockercfg"), ["data[.dockercfg]: Required value"]),
        (secret("kubernetes.io/dockercfg", _dockercfg="{}"), []),
        (secret("kubernetes.io/dockercfg", _dockercfg="null"), []),
        (secret("kubernetes.io/dockerconfigjson", _dockerconfigjson=""), [
            f"data[.dockerconfigjson]: {REDACTED}: unexpected end of JSON input"
        ]),
        (secret("kubernetes.io/dockerconfigjson", _dockerconfigjson="x"), [
            f"data[.dockerconfigjson]: {REDACTED}: invalid character 'x' looking for beginning of value"
        ]),
        (secret("kubernetes.io/dockercfg", _dockercfg="[]"), [
            f"data[.dockercfg]: {REDACTED}: json: cannot unmarshal array into Go value of type map[string]interface {{}}"
        ]),
        (secret("example.com/own"), []),
    ],
)  # fmt: skip
def test_types_ask_for_keys(api: Api, sent: Object, sentences: list[str]) -> None:
    if sentences:
        assert causes(api.create, "secrets", sent) == sentences
    else:
        api.create("secrets", sent)


@pytest.mark.parametrize(
    ("certificate", "key", "warning"),
    [
        (block("CERTIFICATE"), block("EC PRIVATE KEY"), None),
        ("cert", "key", "tls: failed to find any PEM data in certificate input"),
        (block("CERTIFICATE"), "key", "tls: failed to find any PEM data in key input"),
        (block("CERTIFICATE"), block("CERTIFICATE"), "tls: found a certificate rather than a key in the PEM for the private key"),
        (block("PRIVATE KEY"), block("CERTIFICATE"), (
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched"
        )),
        (block("A") + block("B"), "", f'tls: failed to find "CERTIFICATE" PEM block in certificate input {SKIPPED}: [A B]'),
        (block("CERTIFICATE"), block("A"), f'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input {SKIPPED}: [A]'),
    ],
)  # fmt: skip
def test_halves_that_do_not_fit_are_warned_of(api: Api, certificate: str, key: str, warning: str | None) -> None:
    api.create("secrets", secret("kubernetes.io/tls", tls_crt=certificate, tls_key=key))
    assert api.warnings == ([warning] if warning else [])


def test_the_type_stays(api: Api) -> None:
    api.create("secrets", secret("example.com/own", a="1"))
    assert causes(api.update, "secrets", secret(a="1")) == ['type: Invalid value: "Opaque": field is immutable']
    assert api.patch("secrets", "s", {"data": {"a": None}})["type"] == "example.com/own"


def test_what_is_immutable_stays_so(api: Api) -> None:
    api.create("secrets", {**secret(a="1"), "immutable": True})
    sentence = "Forbidden: field is immutable when `immutable` is set"
    changes: list[tuple[Any, str]] = [({"data": {"b": "MQ=="}}, "data"), ({"immutable": False}, "immutable")]
    for patch, field in changes:
        assert causes(api.patch, "secrets", "s", patch) == [f"{field}: {sentence}"]


def test_size_is_that_of_the_decoded_values(api: Api) -> None:
    limit = 1024 * 1024
    api.create("secrets", secret(a="x" * limit))
    assert causes(api.patch, "secrets", "s", {"stringData": {"b": "y"}}) == ["data: Too long: may not be more than 1048576 bytes"]


def test_selection_by_type_and_columns(api: Api) -> None:
    api.create("secrets", secret("example.com/own", a="1"))
    assert api.selected("secrets", "type=example.com/own") == ["s"]
    assert api.selected("secrets", "type=Opaque") == []
    assert api.row("secrets", "s") == {"Name": "s", "Type": "example.com/own", "Data": 1, "Age": "0s"}
