import base64

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

MIB = 1024 * 1024
IMMUTABLE = "Forbidden: field is immutable when `immutable` is set"


def config(**fields: object) -> Object:
    return {"metadata": {"name": "settings"}, **fields}


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({"data": {"a b": ""}}, ["data[a b]: Invalid value: \"a b\": a valid config key must consist"]),
        ({"data": {"..a": ""}}, ["data[..a]: Invalid value: \"..a\": must not start with '..'"]),
        ({"binaryData": {".": ""}}, ["binaryData[.]: Invalid value: \".\": must not be '.'"]),
        ({"data": {"a": ""}, "binaryData": {"a": ""}}, ['data[a]: Invalid value: "a": duplicate of key present in binaryData']),
    ],
)  # fmt: skip
def test_keys(api: Api, fields: Object, sentences: list[str]) -> None:
    found = causes(api.create, "configmaps", config(**fields))
    assert len(found) == len(sentences)
    assert all(cause.startswith(text) for cause, text in zip(found, sentences, strict=True))


@pytest.mark.parametrize("extra", [0, 1])
def test_all_values_together_have_a_limit(api: Api, extra: int) -> None:
    half = MIB // 2
    sent = config(data={"a": "é" * (half // 2)}, binaryData={"b": base64.b64encode(bytes(half + extra)).decode()})
    if extra:
        assert causes(api.create, "configmaps", sent) == ["[]: Too long: may not be more than 1048576 bytes"]
    else:
        api.create("configmaps", sent)


def test_what_is_immutable_stays_so(api: Api) -> None:
    api.create("configmaps", config(data={"a": "1"}))
    api.patch("configmaps", "settings", {"data": {"a": "2"}, "immutable": True})
    assert causes(api.patch, "configmaps", "settings", {"data": {"a": "3"}, "binaryData": {"b": "YQ=="}, "immutable": None}) == [
        f"immutable: {IMMUTABLE}",
        f"data: {IMMUTABLE}",
        f"binaryData: {IMMUTABLE}",
    ]
    assert api.patch("configmaps", "settings", {"metadata": {"labels": {"a": "b"}}, "binaryData": {}})["data"] == {"a": "2"}
    assert api.delete("configmaps", "settings").finished


def test_bad_metadata_is_told_of_four_times_after_what_may_not_change(api: Api) -> None:
    api.create("configmaps", config(immutable=True))
    found = causes(api.patch, "configmaps", "settings", {"metadata": {"labels": {"a": "b c"}}, "data": {"a b": ""}})
    assert [cause.split(":")[0] for cause in found] == ["metadata.labels"] * 3 + ["data", "metadata.labels", "data[a b]"]


def test_finalizers_need_a_domain(api: Api) -> None:
    api.create("configmaps", config())
    found = causes(api.patch, "configmaps", "settings", {"metadata": {"finalizers": ["plain"]}})
    sentence = 'metadata.finalizers[0]: Invalid value: "plain": name is neither a standard finalizer name nor is it fully qualified'
    assert found == [sentence] * 2


def test_columns(api: Api) -> None:
    api.create("configmaps", config(data={"a": "", "b": ""}, binaryData={"c": "YQ=="}))
    assert api.row("configmaps", "settings") == {"Name": "settings", "Data": 3, "Age": "0s"}
