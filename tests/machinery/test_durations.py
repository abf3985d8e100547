"""Spans of time in text."""

import pytest

from mockapi.machinery.durations import duration_text, human_duration, seconds

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (-1.9, "0s"),
        (0, "0s"),
        (1.9, "1s"),
        (119, "119s"),
        (120, "2m"),
        (150, "2m30s"),
        (10 * MINUTE - 1, "9m59s"),
        (10 * MINUTE + 5, "10m"),
        (3 * HOUR - 1, "179m"),
        (3 * HOUR, "3h"),
        (3 * HOUR + 5 * MINUTE, "3h5m"),
        (8 * HOUR + 5 * MINUTE, "8h"),
        (48 * HOUR - 1, "47h"),
        (48 * HOUR, "2d"),
        (5 * DAY + HOUR, "5d1h"),
        (8 * DAY + HOUR, "8d"),
        (2 * YEAR - 1, "729d"),
        (2 * YEAR, "2y"),
        (2 * YEAR + DAY, "2y1d"),
        (8 * YEAR + DAY, "8y"),
    ],
)
def test_ages(seconds, text):
    assert human_duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "value"), [("300ms", 0.3), ("1.5s", 1.5), ("2m", 120.0), ("1h", 3600.0), ("7", 7.0), ("long", None), ("", None), (None, None)]
)
def test_durations_in_settings(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize(("value", "text"), [(0.0, "0s"), (0.3, "300ms"), (1.5, "1.5s"), (60.0, "1m"), (90.0, "90s"), (7200.0, "120m")])
def test_durations_as_text(value, text):
    assert duration_text(value) == text
    assert seconds(text) == value
