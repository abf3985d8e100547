from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mockapi import __version__
from mockapi.cli import main
from mockapi.machinery.meta import Key
from mockapi.registry.simulated import ADDONS
from mockapi.storage.database import Database


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the person who runs the tests is read or written."""
    for name in ("KUBECONFIG", "MOCKAPI_DATABASE", "MOCKAPI_PORT", "MOCKAPI_ADDRESS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out == f"mockapi {__version__}, emulating Kubernetes 1.36\n"


def test_kubeconfig_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kubeconfig", "--port", "9000"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["clusters"][0]["cluster"]["server"] == "http://127.0.0.1:9000"


def test_kubeconfig_is_merged_into_that_of_kubectl(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kubeconfig", "--merge"]) == 0
    path = tmp_path / ".kube" / "config"
    assert capsys.readouterr().out == f"context mockapi of {path} now points at http://127.0.0.1:8001\n"
    assert yaml.safe_load(path.read_text())["current-context"] == "mockapi"


def test_a_broken_kubeconfig_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("a: [")
    monkeypatch.setenv("KUBECONFIG", str(broken))
    assert main(["kubeconfig", "--merge"]) == 2
    assert capsys.readouterr().err == f"mockapi: {broken} is not a kubeconfig\n"


def test_migrate_makes_the_database_where_it_belongs(tmp_path: Path) -> None:
    for _ in range(2):
        assert main(["migrate"]) == 0
    assert (tmp_path / ".local" / "share" / "mockapi" / "mockapi.db").exists()
    assert main(["migrate", "--database", str(tmp_path / "a" / "b" / "c.db")]) == 0
    assert (tmp_path / "a" / "b" / "c.db").exists()


def test_addons_are_wanted_and_not_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "a.db")
    for action, there in (("enable", True), ("enable", True), ("disable", False), ("disable", False)):
        assert main(["addon", action, "ingress", "--database", path]) == 0
        assert capsys.readouterr().out == f"addon ingress {action}d\n"
        database = Database(f"sqlite:///{path}")
        assert (database.cache.get(ADDONS, Key("", "ingress")) is not None) == there
        database.close()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve", "--port", "x"], "mockapi: --port 'x': must be a number from 1 to 65535"),
        (["migrate", "--database", "/proc/nowhere/x.db"], "mockapi: .+"),
        (["serve", "--addon", "ingress,nothing"], "mockapi: --addon 'ingress,nothing': must be one of ingress"),
        (["migrate", "--database", "mysql://host/name"], "mockapi: .+"),
        (["serve", "--database", "nonsense://"], "mockapi: .+"),
        (["kubeconfig", "--port", "0"], "mockapi: --port '0': must be a number from 1 to 65535"),
    ],
)
def test_what_the_caller_can_mend_is_one_line(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(sentence + "\n", captured.err)


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["version", "--nonsense"]])
def test_unknown_words_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: mockapi" in capsys.readouterr().err


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("serve", "migrate", "kubeconfig", "version"):
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"])
        assert caught.value.code == 0
        assert f"usage: mockapi {command}" in capsys.readouterr().out


def test_the_table_of_the_kinds_is_the_one_in_the_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kinds"]) == 0
    assert capsys.readouterr().out == (Path(__file__).parents[1] / "docs" / "kinds.md").read_text(), "run `make docs`"


def test_the_table_of_the_kinds_of_another_minor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kinds", "--kubernetes-version", "1.30"]) == 0
    printed = capsys.readouterr().out
    assert "| NetworkPolicy | networking.k8s.io/v1 | all |" in printed
    assert "ServiceCIDR" not in printed
