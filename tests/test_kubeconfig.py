from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockapi.kubeconfig import kubeconfig_text, merge_kubeconfig

SERVER = "http://127.0.0.1:8001"
OTHER: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "other", "cluster": {"server": "https://other"}}],
    "users": [{"name": "other", "user": {"token": "t"}}],
    "contexts": [{"name": "other", "context": {"cluster": "other", "user": "other"}}],
    "current-context": "other",
    "preferences": {"colors": True},
}


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text()))


def test_the_text_names_one_cluster_and_selects_it() -> None:
    config = yaml.safe_load(kubeconfig_text(SERVER))
    assert config["clusters"] == [{"name": "mockapi", "cluster": {"server": SERVER, "insecure-skip-tls-verify": True}}]
    assert config["contexts"] == [{"name": "mockapi", "context": {"cluster": "mockapi", "user": "mockapi"}}]
    assert config["current-context"] == "mockapi"


def test_merging_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(OTHER))
    merge_kubeconfig(path, SERVER)
    merged = read(path)
    assert [entry["name"] for entry in merged["clusters"]] == ["other", "mockapi"]
    assert merged["users"][0] == OTHER["users"][0]
    assert (merged["preferences"], merged["current-context"]) == (OTHER["preferences"], "mockapi")


def test_merging_twice_replaces(tmp_path: Path) -> None:
    path = tmp_path / "config"
    for server in ("http://old", SERVER):
        merge_kubeconfig(path, server)
    assert read(path)["clusters"] == [{"name": "mockapi", "cluster": {"server": SERVER, "insecure-skip-tls-verify": True}}]


@pytest.mark.parametrize("content", ["", "---\n", "apiVersion: v1\nkind: Config\nclusters: null\n"])
def test_an_empty_file_is_a_kubeconfig(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config"
    path.write_text(content)
    merge_kubeconfig(path, SERVER)
    assert read(path)["current-context"] == "mockapi"


@pytest.mark.parametrize("content", ["a: [", "- a", "text", "clusters: text", "clusters: [text]", "contexts: {a: b}", "\x00", "a: \tb: c"])
def test_what_is_no_kubeconfig_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config"
    path.write_text(content)
    with pytest.raises(OSError, match="is not a kubeconfig"):
        merge_kubeconfig(path, SERVER)
    assert path.read_text() == content
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_text_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OSError, match="is not a kubeconfig"):
        merge_kubeconfig(path, SERVER)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config"
    merge_kubeconfig(path, SERVER)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "config"
    real.write_text(yaml.safe_dump(OTHER))
    link.symlink_to(real)
    merge_kubeconfig(link, SERVER)
    assert link.is_symlink()
    assert read(real)["current-context"] == "mockapi"


def test_a_failure_leaves_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(OTHER))

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        merge_kubeconfig(path, SERVER)
    assert list(tmp_path.iterdir()) == [path]
