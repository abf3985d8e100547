"""Conditions in the status of objects."""

from mockapi.machinery.conditions import is_true, with_condition


def test_a_condition_keeps_its_time_while_its_status_stays() -> None:
    first = with_condition(None, "Ready", "True", "R", "m", "t1")
    again = with_condition(first, "Ready", "True", "Other", "n", "t2")
    assert again == [{"type": "Ready", "status": "True", "lastTransitionTime": "t1", "reason": "Other", "message": "n"}]
    turned = with_condition(again, "Ready", "False", "R", "m", "t3")
    assert turned[0]["lastTransitionTime"] == "t3"
    assert first[0]["reason"] == "R"  # what was given stays as it was


def test_is_true() -> None:
    conditions = with_condition(with_condition(None, "A", "True", "", "", "t"), "B", "False", "", "", "t")
    obj = {"status": {"conditions": conditions}}
    assert [is_true(obj, name) for name in "ABC"] == [True, False, False]
    assert not is_true({"status": {"conditions": None}}, "A")
