import re

import pytest

from tests.e2e.harness import eventually, namespace_of


def test_a_namespace_is_a_dns_label_and_differs_by_kubectl() -> None:
    long = "test_a_name_that_goes_on_and_on_for_much_more_than_the_sixty_three_characters"
    names = [namespace_of(f"{long}[kubectl.{version}]") for version in ("1.28", "1.33")]
    assert len(set(names)) == 2
    assert all(re.fullmatch(r"[a-z0-9]([-a-z0-9]{,61}[a-z0-9])?", name) for name in names)
    assert namespace_of("test_get[kubectl]") == "t-test-get-kubectl"


def test_eventually_answers_with_the_first_truthy_value() -> None:
    answers = iter([0, None, "there"])
    assert eventually(lambda: next(answers)) == "there"


def test_eventually_gives_up_with_the_last_failure() -> None:
    def probe() -> bool:
        raise AssertionError("two of three")

    with pytest.raises(AssertionError, match="two of three"):
        eventually(probe, seconds=0)
    with pytest.raises(AssertionError, match="the pod"):
        eventually(lambda: False, seconds=0, what="the pod")
