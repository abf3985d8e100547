"""A start that cannot succeed says why in one line on stderr, ends with 2, and leaves what it found as it was."""

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import CHECKOUT, free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def refusal(folder: Path, *options: str) -> str:
    """The line that a refused start leaves on stderr."""
    command = [sys.executable, "-m", "mockapi", "serve", "--database", str(folder / "new.db"), "--port", str(free_port()), *options]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, ""), done
    (line,) = done.stderr.splitlines()
    assert line.startswith("mockapi: ")
    return line.removeprefix("mockapi: ")


def test_a_port_that_is_taken(tmp_path: Path, taken_port: int) -> None:
    assert refusal(tmp_path, "--port", str(taken_port)) == f"cannot listen on 127.0.0.1:{taken_port}: Address already in use"


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    assert refusal(tmp_path, "--address", "203.0.113.9", "--port", "8001") == (
        "cannot listen on 203.0.113.9:8001: Cannot assign requested address"
    )


def test_a_database_of_another_program(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    before = foreign.read_bytes()
    assert refusal(tmp_path, "--database", str(foreign)) == f"sqlite:///{foreign}: holds another program's tables (songs)"
    assert foreign.read_bytes() == before


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Services, chapter one\n" * 100)
    assert refusal(tmp_path, "--database", str(text)) == f"sqlite:///{text}: file is not a database"
    assert text.read_text().startswith("Services")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    assert f"sqlite:///{tmp_path}: unable to open" in refusal(tmp_path, "--database", str(tmp_path))
    assert "/proc/mockapi.db" in refusal(tmp_path, "--database", "/proc/mockapi.db")
    assert "/proc/kubeconfig" in refusal(tmp_path, "--kubeconfig", "/proc/kubeconfig")


@pytest.mark.parametrize(
    ("option", "value", "line"),
    [
        ("--port", "http", "--port 'http': must be a number from 1 to 65535"),
        ("--workers", "0", "--workers '0': must be a number from 1 to 64"),
        ("--preset", "fast", "--preset 'fast': must be one of realistic, instant"),
        ("--service-cidr", "10.96.0.1", "--service-cidr '10.96.0.1': must be at least as large as a /28"),
        ("--service-cidr", "10.244.0.0/16", "--service-cidr 10.244.0.0/16 and --pod-cidr 10.244.0.0/16 overlap"),
        ("--node-port-range", "32767-30000", "--node-port-range '32767-30000': must be a range such as 30000-32767"),
        ("--database", "mysql://localhost/x", "mysql://localhost/x: only sqlite:///PATH and postgresql://... are supported"),
    ],
)
def test_an_option_that_makes_no_sense(tmp_path: Path, option: str, value: str, line: str) -> None:
    assert refusal(tmp_path, option, value) == line


def test_an_option_that_does_not_exist(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mockapi", "serve", "--databse", str(tmp_path / "new.db")]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("mockapi: error: unrecognized arguments: --databse")
