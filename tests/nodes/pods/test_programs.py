from __future__ import annotations

from typing import Any

import pytest

from mockapi.nodes.pods.programs import Program, program_of


def program(image: str = "busybox:1.36", *, shells: bool = True, **container: Any) -> Program:
    return program_of({"image": image, **container}, idle_shells_end=shells)


def shell(script: str) -> Program:
    return program(command=["sh", "-c", script])


@pytest.mark.parametrize(
    ("command", "ends", "code"),
    [
        (["sleep", "5"], 5, 0),
        (["/bin/sleep", "1m"], 60, 0),
        (["sleep", "infinity"], None, 0),
        (["true"], 0, 0),
        (["false"], 0, 1),
        (["echo", "hi"], 0, 0),
        (["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"], 5, 0),
        (["nginx", "-g", "daemon off;"], None, 0),
        (["python", "server.py"], None, 0),
    ],
)
def test_commands(command: list[str], ends: float | None, code: int) -> None:
    assert program("some/image", command=command)[:2] == (ends, code)


@pytest.mark.parametrize(
    ("script", "ends", "code"),
    [
        ("exit 3", 0, 3),
        ("echo hi; sleep 2; exit 7", 2, 7),
        ("sleep 1 && sleep 2", 3, 0),
        ("false && sleep 9", 0, 1),
        ("false || sleep 4", 4, 0),
        ("true || exit 5\necho done", 0, 0),
        ("exit 1; sleep 9", 0, 1),
        ("echo 'a; b && c' > /data/file; sleep 3", 3, 0),
        ("date; echo Hello from the Kubernetes cluster", 0, 0),
        ("while true; do echo hi; sleep 1; done", None, 0),
        ("echo 'not closed", None, 0),
        ("sleep 3600 & wait", None, 0),
        ("tail -f /dev/null", None, 0),
        ("", 0, 0),
    ],
)
def test_scripts(script: str, ends: float | None, code: int) -> None:
    assert shell(script)[:2] == (ends, code)


def test_options_before_a_script() -> None:
    assert program(command=["/bin/sh", "-ec"], args=["exit 2"]) == Program(0, 2, None)


@pytest.mark.parametrize("image", ["busybox", "docker.io/library/busybox:1.36", "alpine@sha256:" + "a" * 64, "localhost:5000/ubuntu"])
def test_a_shell_with_nothing_to_do_ends(image: str) -> None:
    assert program(image).ends == 0
    assert program(image, command=["sh"]).ends == 0
    assert program(image, shells=False).ends is None
    assert program(image, stdin=True, tty=True).ends is None


def test_others_without_a_command_run_on() -> None:
    assert program("nginx") == Program()
    assert program("registry.k8s.io/pause:3.10") == Program()


def test_who_heeds_sigterm() -> None:
    assert program("nginx").term == 0
    assert program(command=["sleep", "3600"]).term is None
    assert shell("sleep 3600").term is None
