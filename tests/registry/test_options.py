"""Options of requests: conversion, validation, defaults."""

from urllib.parse import parse_qs

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.registry import options
from mockapi.registry.options import DeleteOptions, ListOptions, WriteOptions


def query(text):
    return parse_qs(text, keep_blank_values=True)


def refusal(function, *arguments):
    with pytest.raises(StatusError) as refused:
        function(*arguments)
    return refused.value.code, refused.value.message


def test_nothing_said_means_the_defaults():
    assert options.list_options({}) == ListOptions()
    assert options.delete_options({}) == options.delete_options_of(None) == options.delete_options_of({}) == DeleteOptions()
    assert options.create_options({}) == WriteOptions(field_manager="unknown", field_validation="Warn")


def test_list_options_are_read():
    found = options.list_options(query("limit=5&labelSelector=a%3Db&fieldSelector=x&continue=c&timeoutSeconds=3"))
    assert found == ListOptions(label_selector="a=b", field_selector="x", limit=5, continue_token="c", timeout_seconds=3)
    assert options.list_options(query("limit=-1")).limit == 0


@pytest.mark.parametrize(
    ("text", "watch"), [("watch", True), ("watch=1", True), ("watch=perhaps", True), ("watch=0", False), ("watch=False", False)]
)
def test_any_word_but_false_and_0_is_true(text, watch):
    assert options.list_options(query(text)).watch is watch


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("limit=many", 400, 'strconv.ParseInt: parsing "many": invalid syntax'),
        ("timeoutSeconds=1.5", 400, 'strconv.ParseInt: parsing "1.5": invalid syntax'),
        ("limit=99999999999999999999", 400, 'strconv.ParseInt: parsing "99999999999999999999": value out of range'),
        (
            "resourceVersion=abc",
            400,
            'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
        ),
        ("watch=1&resourceVersion=abc", 500, 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'),
        ("continue=x&resourceVersion=5", 400, "specifying resource version is not allowed when using continue"),
    ],
)
def test_what_cannot_be_converted_is_refused(text, code, message):
    assert refusal(options.list_options, query(text)) == (code, message)


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        (
            "resourceVersionMatch=Exact",
            ["resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"],
        ),
        (
            "resourceVersionMatch=Near&resourceVersion=1",
            ['resourceVersionMatch: Unsupported value: "Near": supported values: "Exact", "NotOlderThan", ""'],
        ),
        (
            "resourceVersionMatch=Exact&resourceVersion=0",
            ['resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
        ),
        ("sendInitialEvents=false", ["sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list"]),
        (
            "watch=1&resourceVersionMatch=NotOlderThan",
            ["resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"],
        ),
        (
            "watch=1&sendInitialEvents=1&resourceVersionMatch=Exact",
            [
                "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
                'resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"',
            ],
        ),
        ("watch=1&continue=x", ["resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided"]),
    ],
)
def test_combinations_that_make_no_sense_are_invalid(text, causes):
    listed = causes[0] if len(causes) == 1 else "[" + ", ".join(causes) + "]"
    assert refusal(options.list_options, query(text)) == (422, f'ListOptions.meta.k8s.io "" is invalid: {listed}')


@pytest.mark.parametrize(
    ("text", "implied"), [("watch=1", True), ("watch=1&resourceVersion=0", True), ("watch=1&resourceVersion=7", None), ("", None)]
)
def test_a_watch_from_nowhere_begins_with_what_is_there(text, implied):
    assert options.list_options(query(text)).send_initial_events is implied


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_writes(kind):
    read = {"Create": options.create_options, "Update": options.update_options}[kind]
    assert read(query("dryRun=All&fieldValidation=Strict&fieldManager=me")) == WriteOptions(True, "me", "Strict")
    assert refusal(read, query("dryRun=Yes")) == (
        422,
        f'{kind}Options.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Yes"]: supported values: "All"',
    )
    loud = 'fieldValidation: Unsupported value: "Loud": supported values: "", "Ignore", "Strict", "Warn"'
    assert refusal(read, query("fieldValidation=Loud")) == (422, f'{kind}Options.meta.k8s.io "" is invalid: {loud}')
    assert refusal(read, query(f"fieldManager={'x' * 129}"))[1].endswith("fieldManager: Too long: may not be more than 128 bytes")


def test_force_is_for_applies_and_applies_name_their_manager():
    assert refusal(options.patch_options, query("force=please"), "application/merge-patch+json")[1].endswith(
        "may not be specified for non-apply patch"
    )
    assert options.patch_options(query("force=please&fieldManager=me"), options.APPLY_PATCH).force is True
    for text in ("", "fieldManager="):
        assert refusal(options.patch_options, query(text), options.APPLY_PATCH)[1].endswith(
            "fieldManager: Required value: is required for apply patch"
        )


def test_the_user_agent_names_the_manager_of_those_who_do_not():
    assert options.create_options({}, "kubectl/v1.36 (linux)").field_manager == "kubectl"
    assert options.manager_of("given", "kubectl/v1.36") == "given"
    assert options.manager_of("", "a\x00b" + "x" * 200) == "ab" + "x" * 126


def test_delete_options_from_a_query_and_from_a_body_are_the_same():
    text = "gracePeriodSeconds=3&propagationPolicy=Orphan&dryRun=All&uid=u"
    body = {
        "kind": "DeleteOptions",
        "gracePeriodSeconds": 3,
        "propagationPolicy": "Orphan",
        "dryRun": ["All"],
        "preconditions": {"uid": "u"},
    }
    assert options.delete_options(query(text)) == options.delete_options_of(body) == DeleteOptions(3, "Orphan", None, "u", None, True)
    assert options.delete_options_of({"gracePeriodSeconds": -5}).grace_period_seconds == 1


def test_bad_delete_options():
    sideways = 'propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"'
    assert refusal(options.delete_options, query("propagationPolicy=Sideways")) == (
        422,
        f'DeleteOptions.meta.k8s.io "" is invalid: {sideways}',
    )
    both = {"propagationPolicy": "Orphan", "orphanDependents": True}
    assert refusal(options.delete_options_of, both)[1].endswith("orphanDependents and deletionPropagation cannot be both set")
    wrong = "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64"
    assert refusal(options.delete_options_of, {"gracePeriodSeconds": "3"}) == (500, wrong)
    assert refusal(options.delete_options_of, [])[0] == 500
    assert refusal(options.delete_options_of, {"kind": "Pod"})[0] == 500


def test_get_options():
    assert options.get_options(query("resourceVersion=5")).resource_version == "5"
    assert refusal(options.get_options, query("resourceVersion=x"))[0] == 500
    assert refusal(options.get_options, query("resourceVersion=99999999999999999999"))[1].endswith("value out of range")
