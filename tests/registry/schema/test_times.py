import pytest

from mockapi.registry.schema.times import TimeError, micro_time_text, time_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.999+02:00", "2026-01-02T01:04:05Z"),
        ("0999-01-02T03:04:05-00:30", "0999-01-02T03:34:05Z"),
    ],
)
def test_times_come_out_in_utc_with_whole_seconds(text, expected):
    assert time_text(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("yesterday", ' as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"'),
        ("", ' as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"'),
        ("2026-01-02", ' as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'),
        ("2026-01-02T03:04:05", ' as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"'),
        ("2026-13-02T03:04:05Z", ": month out of range"),
        ("2026-02-30T03:04:05Z", ": day out of range"),
        ("2026-01-02T25:04:05Z", ": hour out of range"),
        ("2026-01-02T03:04:05Zx", ': extra text: "x"'),
    ],
)
def test_what_is_no_time_is_told_as_go_tells_it(text, problem):
    with pytest.raises(TimeError) as caught:
        time_text(text)
    assert str(caught.value) == f'parsing time "{text}"{problem}'


def test_micro_times_keep_and_need_six_digits():
    assert micro_time_text("2026-01-02T03:04:05.000006+01:00") == "2026-01-02T02:04:05.000006Z"
    with pytest.raises(TimeError, match=r'cannot parse "Z" as "\.000000"'):
        micro_time_text("2026-01-02T03:04:05Z")
