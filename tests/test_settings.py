from __future__ import annotations

import argparse
import re
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from mockapi.registry.cluster import PortRange
from mockapi.settings import OPTIONS, BadSettingError, Settings, add_arguments, database_url, kubeconfig_path, read_settings

README = Path(__file__).parent.parent / "README.md"
HOME = {"HOME": "/home/somebody"}


def given(*arguments: str, **environment: str) -> Settings:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return read_settings(parser.parse_args(arguments), {**HOME, **environment})


def test_defaults() -> None:
    assert given() == Settings(
        address="127.0.0.1",
        port=8001,
        database="/home/somebody/.local/share/mockapi/mockapi.db",
        workers=2,
        kubernetes_version="1.36",
        service_cidr=IPv4Network("10.96.0.0/16"),
        pod_cidr=IPv4Network("10.244.0.0/16"),
        node_port_range=PortRange(30000, 32767),
        nodes=2,
        preset="realistic",
        seed=None,
        simulation_api="auto",
        metrics=False,
        addon=(),
        kubeconfig="",
    )


def test_the_command_line_wins_over_the_environment() -> None:
    assert given("--port", "1", MOCKAPI_PORT="2").port == 1
    assert given(MOCKAPI_PORT="2").port == 2


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_can_be_set_by_both(option: object) -> None:
    value = {"address": "::1", "port": "9", "workers": "3", "nodes": "7", "service-cidr": "10.1.0.0/20", "pod-cidr": "10.2.0.0/20"}
    value |= {
        "metrics": "true",
        "addon": "ingress",
        "seed": "7",
        "simulation-api": "true",
        "node-port-range": "1-2",
        "preset": "instant",
        "database": "/tmp/x",
        "kubeconfig": "/tmp/k",
        "kubernetes-version": "1.36",
    }
    name, attribute, variable = option.name, option.attribute, option.variable  # type: ignore[attr-defined]
    by_line = getattr(given(f"--{name}", *(() if option.flag else (value[name],))), attribute)  # type: ignore[attr-defined]
    assert by_line == getattr(given(**{variable: value[name]}), attribute)
    shown = ",".join(by_line) if isinstance(by_line, tuple) else str(by_line)
    assert shown == (value[name] if not option.flag else "True")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--port", "0"), "--port '0': must be a number from 1 to 65535"),
        (("--port", "65536"), "--port '65536': must be a number from 1 to 65535"),
        (("--port", "http"), "--port 'http': must be a number from 1 to 65535"),
        (("--port", "²"), "--port '²': must be a number from 1 to 65535"),
        (("--workers", "0"), "--workers '0': must be a number from 1 to 64"),
        (("--nodes", "-1"), "--nodes '-1': must be a number from 0 to 1000"),
        (("--preset", "slow"), "--preset 'slow': must be one of realistic, instant"),
        (("--service-cidr", "10.96.0.1/16"), "--service-cidr '10.96.0.1/16': must be an IPv4 range such as 10.96.0.0/16"),
        (("--service-cidr", "10.96.0.0/30"), "--service-cidr '10.96.0.0/30': must be at least as large as a /28"),
        (("--pod-cidr", "10.244.0.0/24"), "--pod-cidr '10.244.0.0/24': must be at least as large as a /22"),
        (("--node-port-range", "9-1"), "--node-port-range '9-1': must be a range such as 30000-32767"),
        (("--node-port-range", "30000"), "--node-port-range '30000': must be a range such as 30000-32767"),
        (("--node-port-range", "¹-²"), "--node-port-range '¹-²': must be a range such as 30000-32767"),
        (("--service-cidr", "10.0.0.0/8"), "--service-cidr 10.0.0.0/8 and --pod-cidr 10.244.0.0/16 overlap"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(arguments: tuple[str, str], sentence: str) -> None:
    with pytest.raises(BadSettingError) as caught:
        given(*arguments)
    assert str(caught.value) == sentence


def test_a_bad_variable_is_named() -> None:
    with pytest.raises(BadSettingError, match=r"^\$MOCKAPI_PORT 'x'"):
        given(MOCKAPI_PORT="x")


@pytest.mark.parametrize("version", ["1.1", "1.29", "1.99", "v1.36", "1.36.1"])
def test_a_version_that_is_not_emulated(version: str) -> None:
    with pytest.raises(BadSettingError, match=rf"^--kubernetes-version '{version}': must be one of 1.30, 1.31, .*1.36"):
        given("--kubernetes-version", version)


@pytest.mark.parametrize(
    ("address", "server", "loopback"),
    [
        ("127.0.0.1", "http://127.0.0.1:8001", True),
        ("localhost", "http://localhost:8001", True),
        ("::1", "http://[::1]:8001", True),
        ("0.0.0.0", "http://127.0.0.1:8001", False),
        ("::", "http://[::1]:8001", False),
        ("10.0.0.5", "http://10.0.0.5:8001", False),
        ("fd00::5", "http://[fd00::5]:8001", False),
    ],
)
def test_where_clients_find_the_server(address: str, server: str, loopback: bool) -> None:
    settings = given("--address", address)
    assert (settings.server, settings.on_loopback) == (server, loopback)


def test_databases(tmp_path: Path) -> None:
    assert database_url("postgresql://user@host/name") == "postgresql://user@host/name"
    assert database_url(str(tmp_path / "x.db")) == f"sqlite:///{tmp_path}/x.db"
    assert database_url("x.db") == f"sqlite:///{Path.cwd()}/x.db"
    assert given(XDG_DATA_HOME="/data").database == "/data/mockapi/mockapi.db"


def test_the_kubeconfig_that_kubectl_uses() -> None:
    assert kubeconfig_path(HOME) == Path("/home/somebody/.kube/config")
    assert kubeconfig_path({**HOME, "KUBECONFIG": ""}) == Path("/home/somebody/.kube/config")
    assert kubeconfig_path({**HOME, "KUBECONFIG": ":/a:/b"}) == Path("/a")


def test_readmes_table_is_that_of_the_options() -> None:
    rows = re.findall(r"^\| `--([a-z-]+)` \| `(\w+)` \| (.+?) \| .+ \|$", README.read_text(), re.MULTILINE)
    assert [(name, variable) for name, variable, _ in rows] == [(option.name, option.variable) for option in OPTIONS]
    shown = {name: default.strip("`") for name, _, default in rows}
    for option in OPTIONS:
        if option.default:
            assert shown[option.name] == option.default
        else:
            assert shown[option.name] in {"none", "a file in `$XDG_DATA_HOME/mockapi/"}


@pytest.mark.parametrize(
    ("preset", "asked", "listed"),
    [("realistic", "auto", True), ("instant", "auto", False), ("instant", "true", True), ("realistic", "false", False)],
)
def test_where_a_bare_control_plane_is_imitated_the_simulation_keeps_itself_hidden(preset: str, asked: str, listed: bool) -> None:
    assert given("--preset", preset, "--simulation-api", asked).lists_simulation is listed
