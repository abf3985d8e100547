from datetime import UTC, datetime

from mockapi.registry import printing

NOW = datetime(2030, 1, 1, 12, 0, 0, tzinfo=UTC)


def test_age_is_the_time_since_creation() -> None:
    assert printing.age({"metadata": {"creationTimestamp": "2030-01-01T11:55:00Z"}}, NOW) == "5m"


def test_age_without_or_with_a_broken_time() -> None:
    assert printing.age({"metadata": {}}, NOW) == "<unknown>"
    assert printing.since("yesterday", NOW) == "<invalid>"


def test_labels_are_sorted() -> None:
    assert printing.labels({"b": "2", "a": "1"}) == "a=1,b=2"
    assert printing.labels({}) == "<none>"


def test_selectors() -> None:
    assert printing.selector({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}) == "app=web,tier"
    assert printing.selector({}) == "<none>"
    assert printing.selector(None) == "<none>"
