"""The settings of a server, from the command line and the environment: the only place that reads either."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from mockapi.reconcile.simulation import PRESETS
from mockapi.registry.cluster import PortRange
from mockapi.registry.emulation import emulated_minors
from mockapi.registry.simulated import ADDED

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Option:
    """One setting: `--name` on the command line, `MOCKAPI_NAME` in the environment. `read` turns text into a value or raises ValueError.

    A `flag` is "true" when it is given on the command line, without a value.
    """

    name: str
    default: str
    read: Callable[[str], Any]
    help: str
    flag: bool = False

    @property
    def attribute(self) -> str:
        """The field of Settings that it fills."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return "MOCKAPI_" + self.attribute.upper()


@dataclass(frozen=True)
class Settings:
    """What a server is told when it starts."""

    address: str
    port: int
    database: str
    workers: int
    kubernetes_version: str
    service_cidr: IPv4Network
    pod_cidr: IPv4Network
    node_port_range: PortRange
    nodes: int
    preset: str
    seed: int | None
    simulation_api: str
    metrics: bool
    addon: tuple[str, ...]
    kubeconfig: str

    @property
    def server(self) -> str:
        """The URL under which clients on this machine reach the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.address, self.address)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def lists_simulation(self) -> bool:
        """Whether clients are told of the kinds that set the simulation: not where a bare control plane is imitated."""
        return self.simulation_api == "true" or (self.simulation_api == "auto" and self.preset != "instant")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.address in LOOPBACK


class BadSettingError(ValueError):
    """A setting cannot be used; the text is one line for a person."""


def default_data_directory(environment: Mapping[str, str]) -> Path:
    """Where the database lives when nothing is said: the user's data directory (XDG Base Directory Specification)."""
    home = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", ".")) / ".local" / "share")
    return Path(home) / "mockapi"


def add_arguments(parser: argparse.ArgumentParser, names: tuple[str, ...] | None = None) -> None:
    """Adds the options (all, or those named) to a command's parser."""
    for option in OPTIONS:
        if names is None or option.name in names:
            text = f"{option.help} [${option.variable}; default {option.default}]"
            form: dict[str, Any] = {"action": "store_const", "const": "true"} if option.flag else {"metavar": "VALUE"}
            parser.add_argument(f"--{option.name}", help=text, **form)


def read_settings(arguments: argparse.Namespace | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings: the command line before the environment before the defaults. BadSettingError when one is unusable."""
    environment = os.environ if environment is None else environment
    given = vars(arguments) if arguments else {}
    values = {option.attribute: _value(option, given.get(option.attribute), environment) for option in OPTIONS}
    if not values["database"]:
        values["database"] = str(default_data_directory(environment) / "mockapi.db")
    settings = Settings(**values)
    if settings.service_cidr.overlaps(settings.pod_cidr):
        raise BadSettingError(f"--service-cidr {settings.service_cidr} and --pod-cidr {settings.pod_cidr} overlap")
    return settings


def database_url(database: str) -> str:
    """An SQLAlchemy URL for what --database says, which may be a file's path."""
    return database if "://" in database else f"sqlite:///{Path(database).expanduser().absolute()}"


def kubeconfig_path(environment: Mapping[str, str] | None = None) -> Path:
    """The kubeconfig file that kubectl would read and write: the first of $KUBECONFIG, else the one in the home directory."""
    environment = os.environ if environment is None else environment
    listed = [name for name in environment.get("KUBECONFIG", "").split(os.pathsep) if name]
    return Path(listed[0]) if listed else Path(environment.get("HOME", ".")) / ".kube" / "config"


def _value(option: Option, given: str | None, environment: Mapping[str, str]) -> Any:
    text = given if given is not None else environment.get(option.variable, option.default)
    source = f"--{option.name}" if given is not None else f"${option.variable}"
    try:
        return option.read(text)
    except ValueError as failure:
        raise BadSettingError(f"{source} {text!r}: {failure}") from failure


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _is_decimal(text) or not low <= int(text) <= high:
            raise ValueError(f"must be a number from {low} to {high}")
        return int(text)

    return read


def _seed(text: str) -> int | None:
    return _number(0, 2**63 - 1)(text) if text else None


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _choice(choices: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError("must be one of " + ", ".join(choices))
        return text

    return read


def _addons(text: str) -> tuple[str, ...]:
    return tuple(_choice(ADDED)(name) for name in text.split(",")) if text else ()


def _switch(text: str) -> bool:
    return _choice(("true", "false"))(text) == "true"


def _network(smallest: int) -> Callable[[str], IPv4Network]:
    def read(text: str) -> IPv4Network:
        try:
            network = IPv4Network(text)
        except ValueError as failure:
            raise ValueError("must be an IPv4 range such as 10.96.0.0/16") from failure
        if network.prefixlen > smallest:
            raise ValueError(f"must be at least as large as a /{smallest}")
        return network

    return read


def _port_range(text: str) -> PortRange:
    first, dash, last = text.partition("-")
    if not (dash and _is_decimal(first) and _is_decimal(last) and 1 <= int(first) <= int(last) <= 65535):
        raise ValueError("must be a range such as 30000-32767")
    return PortRange(int(first), int(last))


OPTIONS = (
    Option("address", "127.0.0.1", str, "address to listen on"),
    Option("port", "8001", _number(1, 65535), "port to listen on"),
    Option("database", "", str, "SQLite file or SQLAlchemy URL (empty: mockapi/mockapi.db in the user's data directory)"),
    Option("workers", "2", _number(1, 64), "API worker processes"),
    Option("kubernetes-version", "1.36", _choice(emulated_minors()), "Kubernetes version to emulate"),
    Option("service-cidr", "10.96.0.0/16", _network(28), "range of cluster IPs"),
    Option("pod-cidr", "10.244.0.0/16", _network(22), "range of pod addresses; each node gets a /24"),
    Option("node-port-range", "30000-32767", _port_range, "range of node ports"),
    Option("nodes", "2", _number(0, 1000), "simulated nodes"),
    Option("preset", "realistic", _choice(tuple(PRESETS)), "how fast the cluster acts: realistic, or instant for tests"),
    Option("seed", "", _seed, "makes uids, generated names, addresses and jitter the same in every run (empty: unpredictable)"),
    Option(
        "simulation-api",
        "auto",
        _choice(("auto", "true", "false")),
        "discovery lists simulation.mockapi.dev, whose kinds set the simulation (auto: unless the preset is instant)",
    ),
    Option("metrics", "false", _switch, "serve metrics.k8s.io with simulated usage, as a metrics-server does", flag=True),
    Option("addon", "", _addons, f"what to install, separated by commas: {', '.join(ADDED)}"),
    Option("kubeconfig", "", str, "also write a kubeconfig to this file"),
)
