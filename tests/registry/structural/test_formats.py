"""String formats."""

import pytest

from mockapi.registry.structural.formats import format_test, is_recognized


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", "2026-01-31", "2026-02-31"),
        ("date-time", "2026-01-31T01:02:03Z", "2026-01-31"),
        ("date-time", "2026-01-31T01:02:03.123456+01:00", "yesterday"),
        ("duration", "1h30m", "soon"),
        ("byte", "aGk=", "a"),
        ("ipv4", "10.0.0.1", "10.0.0.256"),
        ("ipv6", "::1", "10.0.0.1"),
        ("cidr", "10.0.0.1/8", "10.0.0.1"),
        ("mac", "00:11:22:aa:bb:cc", "00:11"),
        ("uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810"),
        ("uuid4", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ("email", "a@b.c", "a"),
        ("hostname", "a-b.example.com", "-a..b"),
        ("uri", "https://a.b/c", "no uri"),
        ("isbn", "978-3-16-148410-0", "978-3-16-148410-1"),
        ("isbn10", "0-306-40615-2", "0-306-40615-3"),
        ("creditcard", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("hexcolor", "#fff", "#ggg"),
        ("rgbcolor", "rgb(1, 2, 255)", "rgb(1, 2, 256)"),
        ("k8s-short-name", "my-name", "my.name"),
        ("k8s-long-name", "my.name", "My"),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    test = format_test(name)
    assert test is not None
    assert (test(good), test(bad)) == (True, False)


def test_what_is_recognized() -> None:
    assert is_recognized("int32")
    assert is_recognized("date-time")
    assert not is_recognized("fancy")
    assert format_test("int32") is None
