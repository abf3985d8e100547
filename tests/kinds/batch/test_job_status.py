"""What the status of a Job may become, whoever writes it."""

from typing import Any

import pytest

from mockapi.kinds.batch.job_status import status_errors

NOW, LATER = "2030-01-01T00:00:00Z", "2030-01-01T00:01:00Z"
STARTED, ENDED = {"startTime": NOW}, {"startTime": NOW, "completionTime": NOW}
INDEXED = {"completionMode": "Indexed", "completions": 5}
BY_INDEX = {**INDEXED, "backoffLimitPerIndex": 1}
POLICY = {**INDEXED, "successPolicy": {"rules": [{"succeededIndexes": "0-2"}]}}


def status(*conditions: str, **fields: Any) -> dict[str, Any]:
    """A status with these conditions; a leading `-` stands for False."""
    found = [{"type": each.lstrip("-"), "status": str(not each.startswith("-"))} for each in conditions]
    return {**fields, "conditions": found}


def errors(spec: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [str(error).removeprefix("status.") for error in status_errors({"spec": spec, "status": new}, {"spec": spec, "status": old})]


@pytest.mark.parametrize(
    ("spec", "old", "new"),
    [
        ({}, {}, status("SuccessCriteriaMet")),
        ({}, status("SuccessCriteriaMet", **STARTED), status("SuccessCriteriaMet", "Complete", **ENDED)),
        ({}, status("FailureTarget", **STARTED), status("FailureTarget", "Failed", **STARTED)),
        ({}, {**ENDED}, {**STARTED}),
        ({"suspend": True}, {**STARTED}, {}),
        ({}, status("Suspended", **STARTED), status("-Suspended", startTime=LATER)),
        ({"suspend": True, "completions": 0}, {}, status("SuccessCriteriaMet", "Complete", completionTime=NOW)),
        ({**INDEXED, "parallelism": 5}, {"succeeded": 3}, {"succeeded": 1}),
    ],
)
def test_what_is_allowed(spec: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> None:
    assert errors(spec, old, new) == []


@pytest.mark.parametrize(
    ("spec", "status"),
    [
        ({}, status("Complete", **ENDED, uncountedTerminatedPods={"failed": ["a"]})),
        ({}, {"completionTime": NOW}),
        ({"completions": 5}, {"completedIndexes": "0"}),
        (INDEXED, {"completedIndexes": "5", "failedIndexes": "x"}),
        (BY_INDEX, {"completedIndexes": "2-4", "failedIndexes": "0,2"}),
        ({}, {"active": 1, "ready": 2}),
    ],
)
def test_what_is_wrong_already_keeps_nothing_else_from_being_written(spec: dict[str, Any], status: dict[str, Any]) -> None:
    assert errors(spec, status, {**status, "succeeded": 1}) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {},
            status("Complete", "Failed", **ENDED),
            [
                "cannot set Complete=True and Failed=true conditions",
                "cannot set Failed=True condition without the FailureTarget=true condition",
                "cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
            ],
        ),
        (
            {},
            status("Complete", "FailureTarget", **ENDED),
            [
                "cannot set Complete=True and FailureTarget=true conditions",
                "cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
            ],
        ),
        (
            status("SuccessCriteriaMet"),
            status("SuccessCriteriaMet", "FailureTarget"),
            ["cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"],
        ),
        (status("FailureTarget"), {}, ["cannot disable the terminal FailureTarget=True condition"]),
        (status("SuccessCriteriaMet"), {}, ["cannot disable the SuccessCriteriaMet=True condition"]),
    ],
)
def test_conditions(old: dict[str, Any], new: dict[str, Any], expected: list[str]) -> None:
    assert errors({}, old, new) == [f"conditions: Invalid value: {sentence}" for sentence in expected]


MET, TARGET = status("SuccessCriteriaMet", **STARTED), status("FailureTarget", **STARTED)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (status("FailureTarget"), status("FailureTarget", "Failed"), "startTime: Required value: startTime is required for finished job"),
        (
            MET,
            status("SuccessCriteriaMet", "Complete", **ENDED, active=1),
            "active: Invalid value: 1: active>0 is invalid for finished job",
        ),
        (
            TARGET,
            status("FailureTarget", "Failed", **STARTED, terminating=2),
            "terminating: Invalid value: 2: terminating>0 is invalid for finished job",
        ),
        (
            TARGET,
            status("FailureTarget", "Failed", **STARTED, uncountedTerminatedPods={"failed": ["a"]}),
            'uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["a"]}: must be empty for finished job',
        ),
        (
            MET,
            status("SuccessCriteriaMet", "Complete", **STARTED),
            "completionTime: Required value: completionTime is required for Complete jobs",
        ),
        (
            status("SuccessCriteriaMet", startTime=LATER),
            status("SuccessCriteriaMet", "Complete", startTime=LATER, completionTime=NOW),
            f'completionTime: Invalid value: "{NOW}": must be equal to or after `startTime`',
        ),
        (
            {},
            {"completionTime": NOW},
            f'completionTime: Invalid value: "{NOW}": cannot set completionTime when there is no Complete=True condition',
        ),
        (
            status("Complete", **ENDED),
            status("Complete", **STARTED, completionTime=LATER),
            f'completionTime: Invalid value: "{LATER}": field is immutable',
        ),
        (STARTED, {"startTime": LATER}, f'startTime: Invalid value: "{LATER}": field is immutable for unsuspended job once set'),
        (STARTED, {}, 'startTime: Invalid value: "null": field is immutable for unsuspended job once set'),
    ],
)
def test_the_end(old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    assert errors({}, old, new) == [expected]


@pytest.mark.parametrize(
    ("spec", "old", "new", "expected"),
    [
        ({}, {}, {"failed": -1}, "failed: Invalid value: -1: must be greater than or equal to 0"),
        ({}, {"failed": 3}, {"failed": 1}, "failed: Invalid value: 1: cannot decrease the failed counter"),
        (INDEXED, {"succeeded": 3}, {"succeeded": 1}, "succeeded: Invalid value: 1: cannot decrease the succeeded counter"),
        ({}, {}, {"active": 1, "ready": 2}, "ready: Invalid value: 2: cannot set more ready pods than active"),
        (
            {},
            {},
            {"uncountedTerminatedPods": {"succeeded": ["a"], "failed": ["b", "a"]}},
            'uncountedTerminatedPods.failed[1]: Duplicate value: "a"',
        ),
        (
            {},
            {},
            {"uncountedTerminatedPods": {"failed": [""]}},
            'uncountedTerminatedPods.failed[0]: Invalid value: "": must not be empty',
        ),
        (
            {"completions": 5},
            {},
            {"completedIndexes": "0"},
            'completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        ),
        (
            INDEXED,
            {},
            {"completedIndexes": "1,5"},
            'completedIndexes: Invalid value: "1,5": error parsing completedIndexes: too large index: "5"',
        ),
        (
            BY_INDEX,
            {},
            {"failedIndexes": "3-1"},
            'failedIndexes: Invalid value: "3-1": error parsing failedIndexes: non-increasing order, previous: 3, current: 1',
        ),
        (
            INDEXED,
            {},
            {"failedIndexes": ""},
            'failedIndexes: Invalid value: "": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
        ),
        (
            BY_INDEX,
            {"failedIndexes": "0,2"},
            {"failedIndexes": "0,2", "completedIndexes": "1-3"},
            'failedIndexes: Invalid value: "0,2": failedIndexes and completedIndexes overlap at index: 2',
        ),
    ],
)
def test_counts_and_indexes(spec: dict[str, Any], old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    assert expected in errors({"parallelism": 1, **spec}, old, new)


def test_a_success_policy_must_be_met() -> None:
    wrong = "conditions: Invalid value: cannot set Complete=True"
    assert errors(POLICY, {}, status("Complete", **ENDED)) == [
        f"{wrong} condition without the SuccessCriteriaMet=true condition",
        f"{wrong} for Job with SuccessPolicy unless SuccessCriteriaMet=True",
    ]


def test_a_success_that_comes_late() -> None:
    found = errors({}, status("Complete", **ENDED), status("Complete", "SuccessCriteriaMet", **ENDED))
    assert found == ["conditions: Invalid value: cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"]
