"""Runs the stages of an object without a cluster: an object in, what happens to it and when out. For the golden files of stages/.

python -m tests.nodes.timeline FILE...    writes what happens into the files; read the difference before you keep it
"""

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object
from mockapi.nodes.pods.actions import ACTIONS
from mockapi.nodes.pods.facts import CONTAINER_FACTS, POD_FACTS
from mockapi.nodes.pods.surroundings import ImageRule, Surroundings
from mockapi.nodes.pods.view import PodView
from mockapi.nodes.remembering import ObjectMemory
from mockapi.nodes.staging.engine import carry_out, next_due
from mockapi.nodes.staging.reading import built_in_by_kind
from mockapi.reconcile.simulation import PRESETS
from mockapi.registry.patch.merge_patch import apply_merge_patch

START = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 500


class Timeline:
    """The life of one pod as a golden file describes it: `pod`, `preset`, `until` (seconds), `images`, `objects`, `then`."""

    def __init__(self, document: Object) -> None:
        self.pod: Object = _completed(document["pod"])
        self.settings = replace(PRESETS[document.get("preset", "realistic")], **document.get("settings", {}))
        self.until = float(document["until"])
        self.memory = ObjectMemory(START)
        self.rules = {name: ImageRule(**rule) for name, rule in (document.get("images") or {}).items()}
        self.objects = {tuple(name.split("/")): obj or {} for name, obj in (document.get("objects") or {}).items()}
        self.happens = sorted(document.get("then") or (), key=lambda each: each["at"])
        self.present: dict[str, datetime] = {image: START - timedelta(days=1) for image in document.get("present") or ()}
        self.elapsed = 0.0
        self.deleted = False

    def run(self) -> list[Object]:
        """What happens, in order."""
        found: list[Object] = []
        for _ in range(MOST):
            step = self._step()
            if step is None:
                return found
            if found and found[-1]["at"] == step["at"]:
                found[-1] = _joined(found[-1], step)
            else:
                found.append(step)
        raise AssertionError("too much happens")

    def _step(self) -> Object | None:
        if self.deleted:
            return None
        view = self._view()
        due = next_due((view, *view.containers), built_in_by_kind())
        at = max((due.at - START).total_seconds(), self.elapsed) if due else self.until + 1
        if self.happens and self.happens[0]["at"] <= at:
            self._let_happen(self.happens.pop(0))
            return self._step()
        if due is None or at > self.until:
            return None
        self.elapsed = at
        view = self._view()
        due = next_due((view, *view.containers), built_in_by_kind())
        assert due is not None
        change = carry_out(due, ACTIONS, view.status)
        self.memory.tell(due.label, max(due.at, view.now))
        before, self.pod = self.pod, {**self.pod, "status": change.status}
        for container in self._view().containers:
            if container.status.get("imageID"):
                self.present.setdefault(container.spec["image"], view.now)
        self.deleted = change.deletes
        events = [f"{event.type} {event.reason} {event.field_path or '-'} {event.message}" for event in change.events]
        return {
            "at": round(at, 3),
            "stages": [due.label.removeprefix("/")],
            **({"status": changed} if (changed := difference(before["status"], change.status)) else {}),
            **({"events": events} if events else {}),
            **({"deleted": True} if change.deletes else {}),
        }

    def _let_happen(self, what: Object) -> None:
        self.elapsed = max(self.elapsed, float(what["at"]))
        if "delete" in what:
            deletion = timestamp(START + timedelta(seconds=self.elapsed + what["delete"]))
            meta = {"deletionTimestamp": deletion, "deletionGracePeriodSeconds": what["delete"]}
            self.pod = {**self.pod, "metadata": {**self.pod["metadata"], **meta}}
        self.pod = apply_merge_patch(self.pod, what.get("patch", {}))
        self.objects |= {tuple(name.split("/")): obj or {} for name, obj in (what.get("objects") or {}).items()}
        for name in what.get("images-are-back", ()):
            del self.rules[name]

    def _view(self) -> PodView:
        around = Surroundings(
            now=START + timedelta(seconds=self.elapsed),
            settings=self.settings,
            memory=self.memory,
            host_address="192.168.49.2",
            address=lambda: "10.244.0.2",
            find=lambda resource, name: self.objects.get((resource, name)),
            image_rule=self.rules.get,
            present=self.present.get,
        )
        return PodView(self.pod, around, POD_FACTS, CONTAINER_FACTS)


def difference(before: Any, after: Any) -> Any:
    """What has changed, lists by the names or types of their items; what is gone is null."""
    before, after = _by_name(before), _by_name(after)
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    changed = {name: difference(before.get(name), value) for name, value in after.items() if before.get(name) != value}
    return changed | {name: None for name in before if name not in after}


def _by_name(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict) and ("name" in value[0] or "type" in value[0]):
        return {
            each.get("type") or each["name"]: {key: item for key, item in each.items() if key not in ("type", "name")} for each in value
        }
    return value


def _joined(one: Object, other: Object) -> Object:
    status = _merged(one.get("status", {}), other.get("status", {}))
    events = [*one.get("events", ()), *other.get("events", ())]
    return {
        "at": one["at"],
        "stages": [*one["stages"], *other["stages"]],
        **({"status": status} if status else {}),
        **({"events": events} if events else {}),
        **({"deleted": True} if other.get("deleted") else {}),
    }


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{name: _merged(one.get(name), value) for name, value in other.items()}}
    return other


def _completed(pod: Object) -> Object:
    meta = {"name": "a", "namespace": "ns", "uid": "7a5e6d3c-0000-4000-8000-000000000001", "generation": 1, **pod.get("metadata", {})}
    spec = {"nodeName": "node-1", "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, **pod["spec"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": pod.get("status", {"phase": "Pending"})}


class _Dumper(yaml.SafeDumper):
    """Writes shared values out, small mappings on a line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read(text: str) -> Object:
    """A golden file."""
    document: Object = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return document


def _write(path: Path) -> None:
    text = path.read_text()
    given = text.partition("\nexpect:")[0].rstrip("\n")
    happened = Timeline(read(given)).run()
    expected = yaml.dump({"expect": happened}, Dumper=_Dumper, sort_keys=False, width=140, default_flow_style=None)
    path.write_text(f"{given}\n\n{expected}")


def main(paths: Iterable[str]) -> None:
    for path in paths:
        _write(Path(path))


if __name__ == "__main__":
    main(sys.argv[1:])
