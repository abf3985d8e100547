"""Replay all recorded scenarios and hold the outcome against expected.txt.

    python -m tests.conformance.check [--only REGEX] [--server URL] [--kubeconfig FILE] [--kubectl PATH] [--jobs N] [--update]

Without --server a fresh `mockapi serve --preset instant` is started on a temporary database. A scenario ends at its first
failed step; wire.py and cli.py beside this file show all differences of one. Exit status 1 when anything is not as listed.
"""

import argparse
import contextlib
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from tests.conformance import cli, expected, wire
from tests.e2e.harness import CHECKOUT, find_kubectls, serving

HERE = Path(__file__).resolve().parent
RECORDED_WITH = "kubectl.1.33"
DEADLINE = {"wire": 10.0, "cli": 20.0}  # seconds for an asynchronous answer, as in wire.py and cli.py
SHORT_DEADLINE = 3.0  # for what is listed as failing
CLAIM = re.compile(r"\b(?:30\d{3}|10\.96\.\d+\.\d+)\b")  # node ports and cluster IPs are the whole cluster's


@dataclass(frozen=True)
class Case:
    """One recorded scenario or kubectl session."""

    tool: str
    name: str
    scenario: Path
    golden: Path

    @property
    def key(self) -> str:
        return f"{self.tool} {self.name}"

    @property
    def area(self) -> str:
        return self.name.split("/")[0] if self.tool == "wire" else "kubectl"


@dataclass(frozen=True)
class Target:
    """The server under test, and how to reach it."""

    url: str
    kubeconfig: Path
    kubectl: Path | None


@dataclass(frozen=True)
class Outcome:
    """The first failed step and its differences; none when all is as recorded."""

    step: str = ""
    differences: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.step

    def __str__(self) -> str:
        return "\n".join([f"  {self.step}", *(f"      {line}" for line in self.differences[:8])])


def cases(only: str | None) -> list[Case]:
    """The scenarios that have a golden file, wire before cli; `only` is a regular expression on "wire area/name" or "cli name"."""
    wires = [Case("wire", name, path, HERE / "golden" / f"{name}.json") for name, path in wire.scenarios(HERE, None)]
    clis = [Case("cli", path.stem, path, HERE / "cli-golden" / f"{path.stem}.json") for path in cli.sessions(HERE, None)]
    return [case for case in wires + clis if case.golden.exists() and re.search(only or "", case.key)]


def needs_cluster_alone(case: Case) -> bool:
    """Whether it reads or writes what is not its own namespace's, so that others running beside it could be seen."""
    spec = yaml.safe_load(case.scenario.read_text())
    if spec.get("cleanup") or not spec.get("namespace", True):
        return True
    return case.tool == "wire" and not all("{ns}" in step["request"] for step in spec["steps"])


def split(all_cases: list[Case]) -> tuple[list[Case], list[Case]]:
    """Those that can run beside each other, and those to run alone: cluster-wide ones, and claimants of one port or address."""
    claims = {case: set(CLAIM.findall(case.scenario.read_text())) for case in all_cases}
    claimants = Counter(claim for found in claims.values() for claim in found)
    alone = {case for case in all_cases if needs_cluster_alone(case) or any(claimants[claim] > 1 for claim in claims[case])}
    return [case for case in all_cases if case not in alone], [case for case in all_cases if case in alone]


def steps(case: Case, target: Target, deadline: float) -> Generator[tuple[dict[str, Any], list[str]], None, None]:
    """Play it: each step with its differences."""
    golden = json.loads(case.golden.read_text())
    if case.tool == "wire":
        yield from wire.play(wire.Client(target.url, None), wire.load(case.scenario), golden, deadline)
    else:
        yield from cli.play(cli.Session(case.scenario, target.kubeconfig, str(target.kubectl)), golden, deadline)


def run(case: Case, target: Target, deadline: float) -> Outcome:
    """Play it up to the first failed step."""
    start = time.monotonic()
    outcome = Outcome()
    try:
        with contextlib.closing(steps(case, target, deadline)) as played:
            for step, differences in played:
                if differences:
                    outcome = Outcome((step.get("request") or step["run"]).strip(), tuple(differences))
                    break
    except Exception as error:  # whatever a broken answer does to the player is that scenario's failure
        outcome = Outcome("no usable answer", (f"{type(error).__name__}: {error}",))
    return replace(outcome, seconds=time.monotonic() - start)


def replay(all_cases: list[Case], target: Target, listed: expected.Expectations, jobs: int, patient: bool) -> dict[str, Outcome]:
    """All outcomes by key. What fails and should pass gets a second run, alone: `jobs` at once on a small machine can be late."""

    def first(case: Case) -> Outcome:
        hopeless = case.key in listed and listed[case.key].verdict == "fail" and not patient
        return run(case, target, SHORT_DEADLINE if hopeless else DEADLINE[case.tool])

    beside, alone = split(all_cases)
    with ThreadPoolExecutor(jobs) as pool:
        outcomes = dict(zip((case.key for case in beside), pool.map(first, beside), strict=True))
    outcomes |= {case.key: first(case) for case in alone}
    for case in all_cases:
        if not outcomes[case.key].passed and listed.get(case.key, expected.Expectation("fail")).verdict == "pass":
            again = run(case, target, DEADLINE[case.tool])
            if again.passed:
                print(f"UNSTEADY {case.key}: passed only in the second run; in the first\n{outcomes[case.key]}")
                outcomes[case.key] = again
    return outcomes


def report(all_cases: list[Case], outcomes: dict[str, Outcome], listed: expected.Expectations, whole: bool) -> int:
    """Print what is not as listed, the areas, and the counts; return how many are not as listed."""
    fine = wrong = 0
    for case in all_cases:
        complaint = expected.complaint(listed.get(case.key), outcomes[case.key].passed)
        fine += not complaint
        if complaint:
            wrong += 1
            print(f"WRONG {case.key} {complaint}")
            if not outcomes[case.key].passed:
                print(outcomes[case.key])
    for gone in sorted(listed.keys() - {case.key for case in all_cases}) if whole else ():
        wrong += 1
        print(f"WRONG {gone} is listed, and there is no such scenario")
    print_areas(all_cases, outcomes)
    print(f"{sum(outcome.passed for outcome in outcomes.values())} of {len(outcomes)} recorded scenarios pass; as listed:")
    print(f"{fine} passed, {wrong} failed")
    return wrong


def print_areas(all_cases: list[Case], outcomes: dict[str, Outcome]) -> None:
    """One line for each area: how many of its scenarios pass, and the seconds that they took."""
    for area in dict.fromkeys(case.area for case in all_cases):
        of_area = [outcomes[case.key] for case in all_cases if case.area == area]
        print(f"{area:12} {sum(o.passed for o in of_area):3} of {len(of_area):3} pass {sum(o.seconds for o in of_area):7.1f} s")


def update(path: Path, outcomes: dict[str, Outcome], listed: expected.Expectations, whole: bool) -> None:
    """Write expected.txt anew from these outcomes; what was not run stays unless everything was."""
    kept = {} if whole else dict(listed)
    for key, outcome in outcomes.items():
        why = f"differs at: {' '.join(outcome.step.split())[:100]}"
        kept[key] = expected.updated(listed.get(key), outcome.passed, why)
    path.write_text(expected.render(kept))


@contextlib.contextmanager
def target_of(arguments: argparse.Namespace) -> Iterator[Target]:
    """The server named, or a fresh one while the block runs."""
    kubectl = arguments.kubectl or find_kubectls().get(RECORDED_WITH)
    if arguments.server is None:
        with serving("instant") as server:
            yield Target(server.url, server.kubeconfig, kubectl)
    elif arguments.kubeconfig:
        yield Target(arguments.server, arguments.kubeconfig, kubectl)
    else:
        with tempfile.TemporaryDirectory() as folder:
            config = yaml.safe_load((CHECKOUT / "kubeconfig.example").read_text())
            config["clusters"][0]["cluster"]["server"] = arguments.server
            file = Path(folder) / "kubeconfig"
            file.write_text(yaml.safe_dump(config))
            yield Target(arguments.server, file, kubectl)


def without_kubectl(all_cases: list[Case]) -> list[Case]:
    """What can be run without kubectl; SystemExit where it is required."""
    left = [case for case in all_cases if case.tool != "cli"]
    if len(left) < len(all_cases):
        print(f"{len(all_cases) - len(left)} kubectl sessions skipped: no {RECORDED_WITH} beside kubectl or in $KUBECTL_DIR")
        if os.environ.get("MOCKAPI_REQUIRE_KUBECTL"):
            raise SystemExit(1)
    return left


def parse_arguments(words: Iterable[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.check", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", help='regular expression on "wire area/name" and "cli name"')
    parser.add_argument("--server", help="base URL of a running server (default: a fresh one)")
    parser.add_argument("--kubeconfig", type=Path, help="for --server; default: kubeconfig.example with that URL")
    parser.add_argument("--kubectl", type=Path, help=f"default: {RECORDED_WITH} beside the kubectl on PATH or in $KUBECTL_DIR")
    parser.add_argument("--expected", type=Path, default=HERE / "expected.txt", help="the list (default: beside this file)")
    parser.add_argument("--jobs", type=int, default=4, help="how many run at once, of those that can (default 4)")
    parser.add_argument("--update", action="store_true", help="write the outcome to the list")
    return parser.parse_args(None if words is None else list(words))


def main(words: Iterable[str] | None = None) -> int:
    """Replay, compare, report; 1 when anything is not as listed."""
    arguments = parse_arguments(words)
    listed = expected.read(arguments.expected)
    with target_of(arguments) as target:
        chosen = cases(arguments.only) if target.kubectl else without_kubectl(cases(arguments.only))
        outcomes = replay(chosen, target, listed, arguments.jobs, patient=arguments.update)
    whole = arguments.only is None and target.kubectl is not None
    if arguments.update:
        update(arguments.expected, outcomes, listed, whole)
        listed = expected.read(arguments.expected)
    return 1 if report(chosen, outcomes, listed, whole) else 0


if __name__ == "__main__":
    sys.exit(main())
