"""Whatever is done to volumes, claims and pods: no volume ever has two claims, and all comes to rest with what fits together bound."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.persistentvolume import facts, matching
from mockapi.controllers.persistentvolume.binder import PersistentVolumeBinder
from mockapi.controllers.persistentvolume.provisioner import DRIVER, VolumeProvisioner
from mockapi.controllers.scheduler.controller import Scheduler
from mockapi.controllers.storage_protection import ClaimProtection, VolumeProtection
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, name_of, uid_of
from mockapi.reconcile.controller import Controller, Watch
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.controllers.scheduler.test_controller import add_node, add_pod
from tests.world import NAMESPACE, World

from .storage import CLAIMS, VOLUMES, add_claim, add_class, add_volume, storage_world

NUMBERS = st.integers(0, 2)
SIZES = st.sampled_from(["1Gi", "2Gi", "3Gi"])
NAMED = st.sampled_from(["manual", "made", "late", "late-made"])
MODES = st.sampled_from([["ReadWriteOnce"], ["ReadWriteMany"], ["ReadWriteOnce", "ReadWriteMany"]])
POLICIES = st.sampled_from(["Retain", "Delete", "Recycle"])
STEPS = st.one_of(
    st.tuples(st.just("claim"), NUMBERS, SIZES, NAMED, st.none() | NUMBERS),
    st.tuples(st.just("volume"), NUMBERS, SIZES, NAMED, st.none() | NUMBERS, POLICIES),
    st.tuples(st.just("pod"), NUMBERS),
    st.tuples(st.sampled_from(["drop_claim", "drop_volume", "drop_pod", "clear"]), NUMBERS),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 20.0])),
)


class Watchman(Controller):
    """Looks after every change whether two claims have one volume."""

    name: ClassVar[str] = "watchman"
    shared: ClassVar[list[str]] = []

    def watches(self) -> Mapping[str, Watch]:
        return dict.fromkeys((CLAIMS, VOLUMES), lambda obj, previous: [Key("", "all")])

    def reconcile(self, key: Key) -> float | None:
        taken = Counter(claim["spec"]["volumeName"] for claim in self.client.list(CLAIMS) if facts.phase_of(claim) == "Bound")
        self.shared.extend(name for name, count in taken.items() if count > 1)
        return None


class Model:
    """What the steps do."""

    def __init__(self, world: World) -> None:
        self.world = world

    def claim(self, number: int, size: str, named: str, wanted: int | None) -> None:
        more = {} if wanted is None else {"volumeName": f"v-{wanted}"}
        add_claim(self.world, f"c-{number}", size, storageClassName=named, **more)

    def volume(self, number: int, size: str, named: str, kept_for: int | None, policy: str) -> None:
        more = {} if kept_for is None else {"claimRef": {"namespace": NAMESPACE, "name": f"c-{kept_for}"}}
        path = {"path": f"/tmp/{number}"}
        add_volume(self.world, f"v-{number}", size, storageClassName=named, persistentVolumeReclaimPolicy=policy, hostPath=path, **more)

    def pod(self, number: int) -> None:
        add_pod(self.world, f"p-{number}", volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": f"c-{number}"}}])

    def drop_claim(self, number: int) -> None:
        self.world.delete(CLAIMS, f"c-{number}")

    def drop_volume(self, number: int) -> None:
        self.world.client.delete(VOLUMES, "", f"v-{number}")

    def drop_pod(self, number: int) -> None:
        self.world.delete("pods", f"p-{number}")

    def clear(self, number: int) -> None:
        self.world.client.patch(VOLUMES, "", f"v-{number}", {"spec": {"claimRef": None}})

    def wait(self, seconds: float) -> None:
        self.world.advance(seconds)


@contextmanager
def a_world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/test.db")
        database = Database(f"sqlite:///{folder}/test.db")
        world = storage_world(database)
        world.preset = "realistic"
        for name in ("node-1", "node-2"):
            add_node(world, name, labels={"kubernetes.io/hostname": name})
        for name, driver, mode in (("made", DRIVER, "Immediate"), ("late-made", DRIVER, "WaitForFirstConsumer")):
            add_class(world, name, driver, volumeBindingMode=mode)
        add_class(world, "late", "kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer")
        yield world
        database.close()


@settings(max_examples=25)
@given(steps=st.lists(STEPS, min_size=3, max_size=14), patient=st.booleans())
def test_no_volume_has_two_claims_and_all_comes_to_rest(steps: list[tuple[Any, ...]], patient: bool) -> None:
    with a_world() as world:
        Watchman.shared.clear()
        world.run(PersistentVolumeBinder, VolumeProvisioner, Scheduler, ClaimProtection, VolumeProtection, Watchman)
        model = Model(world)
        for action, *arguments in steps:
            do: Callable[..., None] = getattr(model, action)
            try:
                do(*arguments)
            except StatusError as refused:  # what is to be made is there, or what is to be changed is not
                if refused.code not in {404, 409, 422}:
                    raise
            if patient:
                world.settle()
        world.advance(60)
        assert Watchman.shared == []
        check_rest(world.client.list(VOLUMES), world.list(CLAIMS), world.list("pods"))


def check_rest(volumes: Objects, claims: Objects, pods: Objects) -> None:
    by_name, by_uid = {name_of(volume): volume for volume in volumes}, {uid_of(claim): claim for claim in claims}
    for claim in claims:
        if facts.phase_of(claim) == "Bound":
            volume = by_name[claim["spec"]["volumeName"]]
            assert (volume["spec"]["claimRef"]["uid"], facts.phase_of(volume)) == (uid_of(claim), "Bound")
        elif facts.phase_of(claim) == "Pending" and facts.class_of(claim) in {"manual", "made"} and not claim["spec"].get("volumeName"):
            assert not [name_of(volume) for volume in volumes if matching.would_serve(volume, claim)]
    for volume in volumes:
        if facts.phase_of(volume) == "Bound":
            assert by_uid[volume["spec"]["claimRef"]["uid"]]["spec"]["volumeName"] == name_of(volume)
        assert facts.phase_of(volume) in {"Available", "Bound", "Released", "Failed"}
    for pod in pods:
        assert not pod["spec"].get("nodeName") or is_terminating(pod) or _has_its_claim(pod, claims)


def _has_its_claim(pod: Object, claims: Objects) -> bool:
    settled = {name_of(claim) for claim in claims if facts.phase_of(claim) in {"Bound", "Lost"}}
    return all(used.key.name in settled for used in facts.claims_of(pod))


def volume_of_modes(number: int, size: str, modes: list[str], phase: str) -> Object:
    spec = {"capacity": {"storage": size}, "accessModes": modes}
    return {"metadata": {"name": f"v-{number}"}, "spec": spec, "status": {"phase": phase}}


@given(
    volumes=st.lists(st.tuples(SIZES, MODES, st.sampled_from(["Available", "Bound"])), max_size=6),
    size=SIZES,
    modes=MODES,
)
def test_the_best_match_has_all_and_none_that_does_is_better(
    volumes: list[tuple[str, list[str], str]], size: str, modes: list[str]
) -> None:
    there = [volume_of_modes(number, *each) for number, each in enumerate(volumes)]
    claim: Object = {
        "metadata": {"name": "c", "namespace": "ns", "uid": "u"},
        "spec": {"accessModes": modes, "resources": {"requests": {"storage": size}}},
    }
    fitting = [volume for volume in there if matching.would_serve(volume, claim)]
    best = matching.best_match(claim, there)
    assert (best is None) == (not fitting)
    if best is not None:
        assert best in fitting
        assert rank(best) == min(map(rank, fitting))
    assert matching.best_match(claim, there, delayed=True) is None


def rank(volume: Object) -> tuple[int, Any]:
    return len(volume["spec"]["accessModes"]), facts.capacity(volume)
