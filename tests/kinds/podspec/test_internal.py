import json
from pathlib import Path

from mockapi.kinds.podspec.internal import internal_diff, internal_form
from tests.kinds.podspec.builders import container, spec

GOLDEN = Path(__file__).parents[2] / "conformance" / "golden" / "core" / "core-pod-ephemeral.json"


def test_the_difference_is_as_recorded() -> None:
    old = spec()
    new = spec(ephemeralContainers=[container("d", image="busybox")])
    recorded = json.loads(GOLDEN.read_text())
    message = recorded[2]["body"]["details"]["causes"][0]["message"]
    assert message.endswith("\n" + internal_diff("PodSpec", old, new))


def test_equal_objects_do_not_differ() -> None:
    assert internal_diff("PodSpec", spec(), spec()) == ""


def test_unset_fields_are_printed() -> None:
    assert internal_form("DeploymentStrategy", {"type": "BlueGreen"}) == {"Type": "BlueGreen", "RollingUpdate": None}
