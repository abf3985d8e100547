"""The checker itself, against a server that knows one object."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conformance import check, expected
from tests.conformance.check import Case, Outcome, Target
from tests.conformance.expected import Expectation

SCENARIO = """\
about: one object
steps:
- request: GET /api/v1/namespaces/{ns}/configmaps/a
- request: GET /api/v1/namespaces/{ns}/configmaps/b
- request: GET /api/v1/namespaces/{ns}/configmaps/a
"""


class OneObject(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = json.dumps({"kind": "ConfigMap"}).encode()
        self.send_response(200 if self.path.endswith(("/configmaps/a", "/serviceaccounts/default")) else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def target() -> Iterator[Target]:
    OneObject.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), OneObject) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Target(f"http://127.0.0.1:{server.server_port}", Path("none"), None)
        server.shutdown()
        thread.join()


def case(folder: Path, scenario: str, *statuses: int, name: str = "area/one") -> Case:
    answers = [{"status": status, "headers": {"Content-Type": "application/json"}, "body": {"kind": "ConfigMap"}} for status in statuses]
    (folder / "one.yaml").write_text(scenario)
    (folder / "one.json").write_text(json.dumps(answers))
    return Case("wire", name, folder / "one.yaml", folder / "one.json")


def test_a_scenario_whose_answers_are_as_recorded_passes(target: Target, tmp_path: Path) -> None:
    assert check.run(case(tmp_path, SCENARIO, 200, 404, 200), target, 0.1).passed


def test_a_scenario_ends_at_its_first_failed_step_and_is_cleaned_up(target: Target, tmp_path: Path) -> None:
    outcome = check.run(case(tmp_path, SCENARIO, 200, 200, 200), target, 0.1)
    assert not outcome.passed
    assert outcome.step.endswith("configmaps/b")
    assert outcome.differences == ("status: want 200, got 404",)
    assert sum(path.endswith("configmaps/a") for path in OneObject.asked) == 1
    assert OneObject.asked[-1] == "/api/v1/namespaces/w-one"


def test_no_answer_is_a_failure_of_the_scenario(tmp_path: Path) -> None:
    outcome = check.run(case(tmp_path, SCENARIO, 200, 404, 200), Target("http://127.0.0.1:1", Path("none"), None), 0.1)
    assert outcome.step == "no usable answer"


@pytest.mark.parametrize(
    ("scenario", "alone"),
    [
        (SCENARIO, False),
        (SCENARIO + "- request: GET /api/v1/nodes\n", True),
        (SCENARIO + "namespace: false\n", True),
        (SCENARIO + "cleanup: [DELETE /api/v1/nodes/a]\n", True),
    ],
)
def test_what_touches_more_than_its_namespace_runs_alone(tmp_path: Path, scenario: str, alone: bool) -> None:
    assert check.needs_cluster_alone(case(tmp_path, scenario)) is alone


def test_claimants_of_one_port_run_alone(tmp_path: Path) -> None:
    claiming = SCENARIO + "- {request: 'POST /api/v1/namespaces/{ns}/services', body: {nodePort: 30063}}\n"
    one, two = (case(tmp_path, claiming, name=name) for name in ("area/one", "area/two"))
    assert check.split([one]) == ([one], [])
    assert check.split([one, two]) == ([], [one, two])


def test_what_should_pass_and_fails_is_run_again_alone(tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    steady, unsteady, failing = (case(tmp_path, SCENARIO, name=f"area/{name}") for name in ("steady", "unsteady", "failing"))
    listed = {steady.key: Expectation("pass"), unsteady.key: Expectation("pass"), failing.key: Expectation("fail", "later")}
    runs: list[tuple[str, float]] = []

    def run(one: Case, _target: Target, deadline: float) -> Outcome:
        runs.append((one.name, deadline))
        again = runs.count((one.name, deadline)) > 1
        return Outcome() if one is steady or again else Outcome("GET /", ("late",))

    monkeypatch.setattr(check, "run", run)
    outcomes = check.replay([steady, unsteady, failing], target, listed, 1, patient=False)
    assert {key.split("/")[1]: outcome.passed for key, outcome in outcomes.items()} == {"steady": True, "unsteady": True, "failing": False}
    assert runs == [("area/steady", 10.0), ("area/unsteady", 10.0), ("area/failing", check.SHORT_DEADLINE), ("area/unsteady", 10.0)]


def test_the_report_counts_what_is_not_as_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = (case(tmp_path, SCENARIO, name=f"area/{name}") for name in ("good", "bad"))
    listed = {good.key: Expectation("fail", "later"), bad.key: Expectation("pass"), "wire area/gone": Expectation("pass")}
    outcomes = {good.key: Outcome(), bad.key: Outcome("GET /", ("/a: want 1, got 2",))}
    assert check.report([good, bad], outcomes, listed, whole=True) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["1 of 2 recorded scenarios pass; as listed:", "0 passed, 3 failed"]
    assert any("/a: want 1, got 2" in line for line in lines)


def test_a_part_is_updated_without_losing_the_rest(tmp_path: Path) -> None:
    listed = {"wire a/one": Expectation("fail", "later"), "wire a/two": Expectation("pass")}
    check.update(tmp_path / "expected.txt", {"wire a/one": Outcome()}, listed, whole=False)
    assert expected.read(tmp_path / "expected.txt") == {"wire a/one": Expectation("pass"), "wire a/two": Expectation("pass")}


def test_every_recorded_scenario_is_listed() -> None:
    assert {one.key for one in check.cases(None)} == set(expected.read(check.HERE / "expected.txt"))
