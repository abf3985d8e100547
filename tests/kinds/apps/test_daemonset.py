from typing import Any

import pytest

from mockapi.kinds.apps import daemonset
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, annotations_of
from tests.kinds.support import Store

GENERATION = "deprecated.daemonset.template.generation"


def body(image: str = "agent:1", **spec: Any) -> Object:
    template = {"metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    return {"metadata": {"name": "agent"}, "spec": {"selector": {"matchLabels": {"app": "agent"}}, "template": template, **spec}}


def refused(**spec: Any) -> list[str]:
    with pytest.raises(StatusError) as raised:
        Store(daemonset.KIND).create(body(**spec))
    return [f"{cause['field']}: {cause['message']}" for cause in (raised.value.details or {})["causes"]]


def rolling(**values: Any) -> list[str]:
    return [each.removeprefix("spec.updateStrategy.") for each in refused(updateStrategy={"rollingUpdate": values})]


def test_defaults() -> None:
    spec = Store(daemonset.KIND).create(body())["spec"]
    assert spec["revisionHistoryLimit"] == 10
    assert spec["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}


def test_pods_that_are_replaced_by_hand_need_no_numbers() -> None:
    spec = Store(daemonset.KIND).create(body(updateStrategy={"type": "OnDelete"}))["spec"]
    assert spec["updateStrategy"] == {"type": "OnDelete"}


def test_changes_of_the_template_are_counted() -> None:
    store = Store(daemonset.KIND)
    assert annotations_of(store.create(body()))[GENERATION] == "1"
    assert annotations_of(store.patch("agent", minReadySeconds=5))[GENERATION] == "1"
    assert annotations_of(store.patch("agent", template=body("agent:2")["spec"]["template"]))[GENERATION] == "2"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"maxUnavailable": 0}, ["rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"]),
        ({"maxUnavailable": "0%", "maxSurge": "0%"}, ["rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"]),
        ({"maxSurge": 1}, ["rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"]),
        ({"maxUnavailable": "101%"}, ['rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%']),
        ({"maxUnavailable": -1}, ["rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)
def test_numbers_of_a_rolling_update(values: dict[str, Any], expected: list[str]) -> None:
    assert rolling(**values) == expected


def test_a_text_that_is_no_share_counts_as_its_number() -> None:
    [found] = rolling(maxUnavailable="5")
    assert found.startswith('rollingUpdate.maxUnavailable: Invalid value: "5": a valid percent string')
    share, none = rolling(maxUnavailable="half")
    assert share.startswith('rollingUpdate.maxUnavailable: Invalid value: "half": a valid percent string')
    assert none == "rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"


def test_the_strategy_is_known() -> None:
    [found] = refused(updateStrategy={"type": "Sometimes"})
    assert found.endswith('supported values: "RollingUpdate", "OnDelete"')


def test_the_selector_stays() -> None:
    store = Store(daemonset.KIND)
    store.create(body())
    with pytest.raises(StatusError, match="field is immutable"):
        store.patch("agent", selector={"matchLabels": {"app": "other"}})
