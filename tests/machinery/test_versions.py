"""The order of API versions."""

from mockapi.machinery.versions import at_least, version_rank


def test_the_order_of_the_documentation() -> None:
    wanted = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"]
    assert sorted(set(wanted), key=version_rank) == wanted


def test_minors_are_compared_as_numbers() -> None:
    assert at_least("1.33", "1.33")
    assert at_least("1.30", "1.9")
    assert not at_least("1.30", "1.33")
    assert at_least("1.30", "")
