"""The command line: serve, addon, migrate, kubeconfig, kinds, version."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path

from mockapi import __version__
from mockapi.controlplane import spawn
from mockapi.kubeconfig import kubeconfig_text, merge_kubeconfig
from mockapi.listening import advice, listen
from mockapi.registry.simulated import ADDED
from mockapi.settings import BadSettingError, add_arguments, database_url, kubeconfig_path, read_settings
from mockapi.storage.errors import StorageError
from mockapi.storage.migrate import migrate


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 2 for what the caller can mend, with one line that says what."""
    parsed = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = parsed.command
    try:
        command(parsed)
    except (BadSettingError, StorageError, OSError) as failure:
        print(f"mockapi: {failure}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mockapi", description="A Kubernetes control plane in one process tree.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, function, text, options in (
        ("serve", _serve, "serve the API until Ctrl-C", None),
        ("addon", _addon, "install something in the cluster, or take it away", ("database", "kubernetes-version")),
        ("migrate", _migrate, "bring the database up to date", ("database",)),
        ("kubeconfig", _kubeconfig, "print a kubeconfig for the server", ("address", "port")),
        ("kinds", _kinds, "print a table of the kinds, in Markdown", ("kubernetes-version",)),
        ("version", _version, "print the versions", ("kubernetes-version",)),
    ):
        sub = commands.add_parser(command, help=text, description=text)
        sub.set_defaults(command=function)
        add_arguments(sub, options)
        if command == "addon":
            sub.add_argument("action", choices=("enable", "disable"))
            sub.add_argument("name", choices=ADDED, metavar="ADDON", help=", ".join(ADDED))
        if command == "kubeconfig":
            sub.add_argument("--merge", action="store_true", help="add it to the kubeconfig that kubectl uses, and select it")
    return parser


def _serve(arguments: argparse.Namespace) -> None:
    settings = read_settings(arguments)
    _prepare(settings.database)
    listener = listen(settings)
    if settings.kubeconfig:
        Path(settings.kubeconfig).write_text(kubeconfig_text(settings.server))
    print(advice(settings), flush=True)
    gc.disable()  # nothing that loading makes is garbage: looking for it would take an eighth of the time
    control_plane = spawn(settings, [listener.close])
    # gunicorn and Flask take a while to load: meanwhile the control plane starts.
    from mockapi import server  # noqa: PLC0415

    server.serve(settings, listener, control_plane)


def _addon(arguments: argparse.Namespace) -> None:
    from mockapi.addons import disable, enable  # noqa: PLC0415 (the other commands have no use for all kinds)

    settings = read_settings(arguments)
    _prepare(settings.database)
    (enable if arguments.action == "enable" else disable)(settings, arguments.name)
    print(f"addon {arguments.name} {arguments.action}d")


def _migrate(arguments: argparse.Namespace) -> None:
    _prepare(read_settings(arguments).database)


def _prepare(database: str) -> None:
    """Brings the database up to date; a file is made where it is wanted."""
    if "://" not in database:
        Path(database).expanduser().absolute().parent.mkdir(parents=True, exist_ok=True)
    migrate(database_url(database))


def _kubeconfig(arguments: argparse.Namespace) -> None:
    server = read_settings(arguments).server
    if not arguments.merge:
        print(kubeconfig_text(server), end="")
        return
    path = kubeconfig_path()
    merge_kubeconfig(path, server)
    print(f"context mockapi of {path} now points at {server}")


def _kinds(arguments: argparse.Namespace) -> None:
    from mockapi.overview import overview  # noqa: PLC0415 (the other commands have no use for all kinds and controllers)

    print(overview(read_settings(arguments)), end="")


def _version(arguments: argparse.Namespace) -> None:
    print(f"mockapi {__version__}, emulating Kubernetes {read_settings(arguments).kubernetes_version}")
