from mockapi.machinery.chance import share
from mockapi.machinery.identity import Identity


def drawn(identity: Identity) -> tuple[str, str, int]:
    return identity.uid(), identity.name("web-"), identity.pick(1000)


def test_a_generator_belongs_to_what_it_is_for() -> None:
    assert drawn(Identity.of(7, "pods/ns/web-", 0)) == drawn(Identity.of(7, "pods/ns/web-", 0))
    others = [Identity.of(7, "pods/ns/web-", 1), Identity.of(8, "pods/ns/web-", 0), Identity.of(7, "pods/other/web-", 0)]
    assert len({drawn(each) for each in (Identity.of(7, "pods/ns/web-", 0), *others)}) == 4


def test_without_a_seed_nothing_repeats() -> None:
    assert drawn(Identity()) != drawn(Identity())


def test_uids_are_random_uuids() -> None:
    assert Identity.of(0, "", 0).uid()[14] == "4"


def test_long_prefixes_are_cut() -> None:
    assert len(Identity(1).name("a" * 100)) == 63


def test_a_share_belongs_to_its_seed() -> None:
    assert share("a", "b") == share("a", "b") != share("b", "a")
    assert all(0 <= share(str(number)) < 1 for number in range(100))
