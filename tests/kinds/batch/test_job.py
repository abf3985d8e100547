from typing import Any

import pytest

from mockapi.kinds.batch import job
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, labels_of, uid_of
from tests.kinds.support import Store

CONTAINER: Object = {"name": "c", "image": "busybox:1"}
NOW = "2030-01-01T00:00:00Z"
LARGE = "must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index"


def body(pods: Object | None = None, **spec: Any) -> Object:
    template = {"spec": {"restartPolicy": "Never", "containers": [CONTAINER], **(pods or {})}}
    return {"metadata": {"name": "work"}, "spec": {"template": template, **spec}}


def causes(failure: StatusError) -> list[str]:
    """The causes, each once: the server checks a changed spec twice."""
    found = (failure.details or {})["causes"]
    return list(dict.fromkeys(f"{cause['field'].removeprefix('spec.')}: {cause['message']}" for cause in found))


def refused(pods: Object | None = None, **spec: Any) -> list[str]:
    with pytest.raises(StatusError) as raised:
        Store(job.KIND).create(body(pods, **spec))
    return causes(raised.value)


def refused_change(before: Object, **change: Any) -> list[str]:
    store = Store(job.KIND)
    store.create(before)
    with pytest.raises(StatusError) as raised:
        store.patch("work", **change)
    return causes(raised.value)


def refused_rule(rule: Object, **spec: Any) -> list[str]:
    found = refused(podFailurePolicy={"rules": [rule]}, **spec)
    return [each.removeprefix("podFailurePolicy.rules[0]").removeprefix(".") for each in found]


def refused_success(rule: Object) -> list[str]:
    found = refused(successPolicy={"rules": [rule]}, completionMode="Indexed", completions=5)
    return [each.removeprefix("successPolicy.rules[0]").removeprefix(".") for each in found]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"completions": 1, "parallelism": 1, "backoffLimit": 6}),
        ({"parallelism": 3}, {"completions": None, "parallelism": 3}),
        ({"completions": 3}, {"completions": 3, "parallelism": 1}),
        ({}, {"completionMode": "NonIndexed", "suspend": False, "podReplacementPolicy": "TerminatingOrFailed"}),
        ({"backoffLimitPerIndex": 1, "completionMode": "Indexed", "completions": 2}, {"backoffLimit": 2**31 - 1}),
        ({"podFailurePolicy": {"rules": []}}, {"podReplacementPolicy": "Failed"}),
    ],
)
def test_defaults(given: Object, expected: Object) -> None:
    spec = Store(job.KIND).create(body(**given))["spec"]
    assert {field: spec.get(field) for field in expected} == expected


def test_pods_are_found_by_the_uid_of_their_job() -> None:
    made = Store(job.KIND).create(body())
    names = dict.fromkeys(("batch.kubernetes.io/job-name", "job-name"), "work")
    uids = dict.fromkeys(("batch.kubernetes.io/controller-uid", "controller-uid"), uid_of(made))
    assert labels_of(made["spec"]["template"]) == {**names, **uids} == labels_of(made)
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid_of(made)}}


def test_labels_that_are_generated_cannot_be_others() -> None:
    given = body()
    given["spec"]["template"]["metadata"] = {"labels": {"job-name": "play"}}
    with pytest.raises(StatusError) as raised:
        Store(job.KIND).create(given)
    assert [each.split(": ")[0] for each in causes(raised.value)] == ["template.metadata.labels[job-name]"]
    assert causes(raised.value)[0].endswith("must be 'work'")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"completionMode": "Indexed"}, []),
        ({"completionMode": "Indexed", "parallelism": 2}, ["completions: Required value: when completion mode is Indexed"]),
        ({"backoffLimitPerIndex": 1}, ["backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"]),
        (
            {"completionMode": "Indexed", "completions": 2, "maxFailedIndexes": 1},
            ["backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"],
        ),
        (
            {"completionMode": "Indexed", "completions": 2, "maxFailedIndexes": 3, "backoffLimitPerIndex": 1},
            ["maxFailedIndexes: Invalid value: 3: must be less than or equal to completions"],
        ),
        (
            {"completionMode": "Indexed", "completions": 2, "parallelism": 100_001},
            ["parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed"],
        ),
        (
            {"completionMode": "Indexed", "completions": 100_001, "backoffLimitPerIndex": 1, "parallelism": 10_001},
            [
                f"parallelism: Invalid value: 10001: {LARGE}",
                "maxFailedIndexes: Required value: must be specified when completions is above 100000",
            ],
        ),
        (
            {"completionMode": "Indexed", "completions": 200_000, "backoffLimitPerIndex": 1, "maxFailedIndexes": 100_001},
            [
                "maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000",
                f"maxFailedIndexes: Invalid value: 100001: {LARGE}",
            ],
        ),
        ({"successPolicy": {"rules": [{"succeededCount": 1}]}}, None),
        ({"managedBy": "me"}, ['managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")']),
        (
            {"podReplacementPolicy": "TerminatingOrFailed", "podFailurePolicy": {"rules": []}},
            ['podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
        ),
        ({"ttlSecondsAfterFinished": -1}, ["ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)
def test_what_a_spec_may_say(spec: Object, expected: list[str] | None) -> None:
    if expected == []:
        assert Store(job.KIND).create(body(**spec))["spec"]["completions"] == 1
    elif expected is None:
        assert refused(**spec)[0].endswith("requires indexed completion mode")
    else:
        assert refused(**spec) == expected


def test_names_of_hosts_have_room_for_the_index() -> None:
    given = body(completionMode="Indexed", completions=11)
    given["metadata"]["name"] = "w" * 61
    with pytest.raises(StatusError) as raised:
        Store(job.KIND).create(given)
    assert causes(raised.value)[0].endswith(f"will not able to create pod with invalid DNS label: {'w' * 61}-10")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            {"onExitCodes": {"operator": "In", "values": [1]}},
            ['action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]'],
        ),
        (
            {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [1]}},
            ['action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set'],
        ),
        ({"action": "FailJob"}, [": Invalid value: specifying one of OnExitCodes and OnPodConditions is required"]),
        (
            {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [2, 2, 1]}},
            ["onExitCodes.values[1]: Duplicate value: 2", "onExitCodes.values: Invalid value: [2,2,1]: must be ordered"],
        ),
        (
            {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1], "containerName": "other"}},
            [
                'onExitCodes.containerName: Invalid value: "other": '
                "must be one of the container or initContainer names in the pod template",
            ],
        ),
        (
            {"action": "Ignore", "onPodConditions": [{"type": "Ready", "status": "Maybe"}]},
            ['onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"'],
        ),
    ],
)
def test_rules_of_failure(rule: Object, expected: list[str]) -> None:
    assert refused_rule(rule) == expected


def test_a_condition_of_a_rule_is_true_unless_it_says_otherwise() -> None:
    rules = [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]
    made = Store(job.KIND).create(body(podFailurePolicy={"rules": rules}))
    assert made["spec"]["podFailurePolicy"]["rules"][0]["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [": Required value: at least one of succeededCount or succeededIndexes must be specified"]),
        (
            {"succeededCount": 6},
            ["succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)"],
        ),
        (
            {"succeededIndexes": "0,2-3", "succeededCount": 4},
            [
                "succeededCount: Invalid value: 4: must be less than or equal to 3 "
                "(the number of indexes in the specified succeededIndexes field)"
            ],
        ),
        (
            {"succeededIndexes": "3-3"},
            ['succeededIndexes: Invalid value: "3-3": error parsing succeededIndexes: non-increasing order, previous: 3, current: 3'],
        ),
        (
            {"succeededIndexes": "0-2,2"},
            ['succeededIndexes: Invalid value: "0-2,2": error parsing succeededIndexes: non-increasing order, previous: 2, current: 2'],
        ),
        (
            {"succeededIndexes": "a"},
            ['succeededIndexes: Invalid value: "a": error parsing succeededIndexes: cannot convert string to integer for index: "a"'],
        ),
    ],
)
def test_rules_of_success(rule: Object, expected: list[str]) -> None:
    assert refused_success(rule) == expected


@pytest.mark.parametrize(
    ("before", "change", "expected"),
    [
        ({}, {"completions": 2}, "completions: Invalid value: 2: field is immutable"),
        ({}, {"completionMode": "Indexed"}, 'completionMode: Invalid value: "Indexed": field is immutable'),
        ({"managedBy": "a.io/b"}, {"managedBy": None}, 'managedBy: Invalid value: "null": field is immutable'),
        (
            {"completionMode": "Indexed", "completions": 2},
            {"completions": 3},
            "completions: Invalid value: 3: can only be modified in tandem with spec.parallelism",
        ),
        (
            {"completionMode": "Indexed", "completions": 2, "successPolicy": {"rules": [{"succeededCount": 1}]}},
            {"successPolicy": {"rules": [{"succeededCount": 2}]}},
            'successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":2}]}: field is immutable',
        ),
        (
            {},
            {
                "podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [3]}}]},
                "podReplacementPolicy": "Failed",
            },
            'podFailurePolicy: Invalid value: {"Rules":[{"Action":"Ignore",'
            '"OnExitCodes":{"ContainerName":null,"Operator":"In","Values":[3]},"OnPodConditions":null}]}: field is immutable',
        ),
    ],
)
def test_what_never_changes(before: Object, change: Object, expected: str) -> None:
    assert refused_change(body(**before), **change) == [expected]


def test_what_changes() -> None:
    store = Store(job.KIND)
    store.create(body(completionMode="Indexed", completions=2))
    assert store.patch("work", parallelism=3, completions=3)["spec"]["completions"] == 3
    changed = store.patch("work", backoffLimit=1, activeDeadlineSeconds=9, suspend=True, ttlSecondsAfterFinished=1)
    assert changed["spec"]["suspend"] is True


SUSPENDED = {"type": "Suspended", "status": "True"}


@pytest.mark.parametrize(
    ("suspend", "status", "allowed"),
    [
        (True, {}, True),
        (True, {"conditions": [SUSPENDED], "startTime": NOW}, True),
        (True, {"startTime": NOW}, False),
        (True, {"conditions": [SUSPENDED], "active": 1}, False),
        (False, {}, False),
    ],
)
def test_the_pods_of_a_suspended_job_can_be_placed_elsewhere(suspend: bool, status: Object, allowed: bool) -> None:
    store = Store(job.KIND)
    made = store.create(body(suspend=suspend))
    store.get("work")["status"] = status
    template = made["spec"]["template"]
    resources = {"requests": {"cpu": "1"}}
    spec = {
        **template["spec"],
        "nodeSelector": {"disk": "ssd"},
        "containers": [{**template["spec"]["containers"][0], "resources": resources}],
    }
    moved = {**template, "metadata": {**template["metadata"], "annotations": {"a": "b"}}, "spec": spec}
    if allowed:
        assert store.patch("work", template=moved)["spec"]["template"] == moved
    else:
        with pytest.raises(StatusError) as raised:
            store.patch("work", template=moved)
        assert [each.split(": ")[0] for each in causes(raised.value)] == ["template"]


def test_the_pods_of_a_suspended_job_do_the_same() -> None:
    store = Store(job.KIND)
    template = store.create(body(suspend=True))["spec"]["template"]
    other = {**template, "spec": {**template["spec"], "containers": [{**CONTAINER, "image": "busybox:2"}]}}
    with pytest.raises(StatusError) as raised:
        store.patch("work", template=other)
    assert [each.split(": ")[0] for each in causes(raised.value)] == ["template.spec"]


def test_too_many_indexes_are_warned_of() -> None:
    made = Store(job.KIND).create(body(completionMode="Indexed", completions=100_001, parallelism=10_001))
    (warning,) = job.KIND.strategy.warnings(made, None)
    assert warning.startswith("spec: In Indexed Jobs with a number of completions higher than 10^5")
