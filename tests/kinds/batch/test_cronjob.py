from typing import Any

import pytest

from mockapi.kinds.batch import cronjob
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from tests.kinds.support import Store

BOTH = "cannot use both timeZone field and TZ or CRON_TZ in schedule"


def body(schedule: str = "@daily", job: Object | None = None, **spec: Any) -> Object:
    pods = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}}
    return {
        "metadata": {"name": "tick"},
        "spec": {"schedule": schedule, "jobTemplate": {"spec": {"template": pods, **(job or {})}}, **spec},
    }


def causes(failure: StatusError) -> list[str]:
    return [f"{cause['field'].removeprefix('spec.')}: {cause['message']}" for cause in (failure.details or {})["causes"]]


def refused(schedule: str = "@daily", **spec: Any) -> list[str]:
    with pytest.raises(StatusError) as raised:
        Store(cronjob.KIND).create(body(schedule, **spec))
    return causes(raised.value)


def test_defaults() -> None:
    spec = Store(cronjob.KIND).create(body())["spec"]
    defaults = {"concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1}
    assert {field: spec[field] for field in defaults} == defaults
    assert "parallelism" not in spec["jobTemplate"]["spec"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Mars/Phobos", "unknown time zone Mars/Phobos"),
        ("../etc/passwd", "unknown time zone ../etc/passwd"),
        ("Europe/./Prague", "unknown time zone Europe/./Prague"),
        ("Europe//Prague", "unknown time zone Europe//Prague"),
        ("-Etc/UTC", "unknown time zone -Etc/UTC"),
        ("local", "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
    ],
)
def test_time_zones_are_known(zone: str, expected: str) -> None:
    assert f'timeZone: Invalid value: "{zone}": {expected}' in refused(timeZone=zone)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "America/Argentina/Ushuaia", "UTC", "America/Port-au-Prince"])
def test_names_of_time_zones(zone: str) -> None:
    assert Store(cronjob.KIND).create(body(timeZone=zone))["spec"]["timeZone"] == zone


def test_a_time_zone_that_was_known_may_stay() -> None:
    store = Store(cronjob.KIND)
    store.create(body(timeZone="Europe/Prague"))
    store.get("tick")["spec"]["timeZone"] = "Europe/Atlantis"
    assert store.patch("tick", suspend=True)["spec"]["suspend"] is True


def test_a_schedule_with_a_time_zone_may_stay_but_not_beside_another() -> None:
    store = Store(cronjob.KIND)
    store.create(body())
    store.get("tick")["spec"]["schedule"] = "TZ=UTC 0 * * * *"
    assert store.patch("tick", schedule="CRON_TZ=UTC 1 * * * *")["spec"]["schedule"].startswith("CRON_TZ")
    with pytest.raises(StatusError) as raised:
        store.patch("tick", timeZone="UTC")
    assert causes(raised.value) == [f'schedule: Invalid value: "CRON_TZ=UTC 1 * * * *": {BOTH}']


def test_the_selector_of_its_jobs_is_generated() -> None:
    found = refused(job={"selector": {"matchLabels": {"a": "b"}}, "manualSelector": True})
    assert [each.split(": ")[0] for each in found] == ["jobTemplate.spec.selector", "jobTemplate.spec.manualSelector"]


def test_its_jobs_keep_the_rules_of_jobs() -> None:
    found = refused(job={"completionMode": "Indexed", "backoffLimitPerIndex": -1})
    assert found == [
        "jobTemplate.spec.completions: Required value: when completion mode is Indexed",
        "jobTemplate.spec.backoffLimitPerIndex: Invalid value: -1: must be greater than or equal to 0",
    ]
