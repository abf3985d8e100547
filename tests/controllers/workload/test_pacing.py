from mockapi.controllers.workload.pacing import Pace
from mockapi.machinery.clock import FakeClock
from mockapi.machinery.meta import Key

KEY = Key("ns", "web")


def test_few_pods_are_looked_at_whenever_they_change() -> None:
    pace = Pace(FakeClock())
    pace.looked(KEY, 50)
    assert pace.wait(KEY) == 0


def test_many_pods_are_left_alone_for_a_while() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.looked(KEY, 2000)
    clock.advance(0.5)
    assert 1.4 < pace.wait(KEY) <= 1.5
    assert pace.wait(Key("ns", "other")) == 0
    clock.advance(2)
    assert pace.wait(KEY) == 0
