"""A server of one's own in a subprocess, and kubectl command lines against it.

The fixtures of conftest.py hand these out to tests; tests/conformance/check.py starts its server with it too.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
STOP_SECONDS = 10.0
KUBECTL_VERSIONS = ("1.27", "1.28", "1.30", "1.31", "1.32", "1.33")


@dataclass(frozen=True)
class Server:
    """A running `mockapi serve`."""

    url: str
    kubeconfig: Path
    log: Path
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Result:
    """What a shell line left behind."""

    exit: int
    out: str
    err: str


def free_port() -> int:
    """A loopback TCP port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(probe: Callable[[], T], *, seconds: float = 10.0, what: str = "") -> T:
    """The first truthy answer of `probe`; an AssertionError raised inside counts as "not yet".

    Raises AssertionError with the last answer, or the probe's own last AssertionError, after `seconds`.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            answer = probe()
            if answer:
                return answer
            failure = AssertionError(f"not within {seconds:g} s: {what or 'the last answer was'} {answer!r}")
        except AssertionError as error:
            failure = error
        if time.monotonic() > end:
            raise failure
        time.sleep(0.05)


def ready(url: str) -> bool:
    """Whether /readyz answers 200."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def serving(preset: str = "instant", *arguments: str, port: int = 0) -> Iterator[Server]:
    """`mockapi serve` on a loopback port (0: a free one) and a temporary database, ready to answer; ended on leaving.

    `arguments` are further options of `mockapi serve`. Raises AssertionError with the server's log when it does not get ready.
    """
    with tempfile.TemporaryDirectory(prefix="mockapi-") as folder:
        home, port = Path(folder), port or free_port()
        command = [
            *(sys.executable, "-m", "mockapi", "serve", "--address", "127.0.0.1", "--port", str(port), "--preset", preset),
            *("--database", str(home / "mockapi.db"), "--kubeconfig", str(home / "kubeconfig"), *arguments),
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MOCKAPI_")}
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        server = Server(f"http://127.0.0.1:{port}", home / "kubeconfig", home / "log", process)
        try:
            wait_ready(server)
            yield server
        finally:
            stop(process)


def wait_ready(server: Server) -> None:
    """Return when the server answers; AssertionError with its log when it ends or takes too long."""
    end = time.monotonic() + START_SECONDS
    while not ready(server.url):
        if server.process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"mockapi serve did not get ready:\n{server.log.read_text()}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads its group, as Ctrl-C does: SIGINT to the whole group; by force after STOP_SECONDS."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def find_kubectls() -> dict[str, Path]:
    """The kubectl binaries by label: the one on PATH, and `kubectl.<minor>` beside it or in $KUBECTL_DIR."""
    found = {}
    on_path = shutil.which("kubectl")
    folders = [Path(os.environ["KUBECTL_DIR"])] if "KUBECTL_DIR" in os.environ else []
    if on_path:
        found["kubectl"] = Path(on_path).resolve()
        folders.append(found["kubectl"].parent)
    for version in KUBECTL_VERSIONS:
        for folder in folders:
            binary = folder / f"kubectl.{version}"
            if binary.is_file():
                found.setdefault(binary.name, binary)
    return found


class Kubectl:
    """Shell lines in a fresh home folder where `kubectl` is one given binary and the namespace is the test's own."""

    def __init__(self, binary: Path, server: Server, home: Path, namespace: str) -> None:
        self.home, self.namespace, self.server = home, namespace, server
        (home / "bin").mkdir(parents=True)
        (home / "bin" / "kubectl").symlink_to(binary)
        shutil.copy(server.kubeconfig, home / "config")
        self._environment = {
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            "HOME": str(home),
            "KUBECONFIG": str(home / "config"),
            "KUBE_EDITOR": "true",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "SERVER": server.url,
        }

    def run(self, line: str, *, stdin: str = "", timeout: float = 60.0) -> Result:
        """Run a shell line to its end; raises subprocess.TimeoutExpired after `timeout` seconds."""
        command = ["bash", "-c", line]
        done = subprocess.run(
            command, cwd=self.home, env=self._environment, input=stdin, timeout=timeout, capture_output=True, text=True, check=False
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def ok(self, line: str, *, stdin: str = "", timeout: float = 60.0) -> str:
        """What the line printed; AssertionError when it did not end with 0."""
        result = self.run(line, stdin=stdin, timeout=timeout)
        assert result.exit == 0, f"$ {line}\nexit {result.exit}\n{result.out}{result.err}"
        return result.out

    @contextlib.contextmanager
    def started(self, line: str) -> Iterator[subprocess.Popen[str]]:
        """A line that does not end by itself (watch, port-forward) while it runs, stdout and stderr in one pipe; ended on leaving."""
        with subprocess.Popen(
            ["bash", "-c", f"exec {line}"],
            cwd=self.home,
            env=self._environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                yield process
            finally:
                process.terminate()

    def write(self, name: str, content: str) -> Path:
        """A file in the home folder, where lines run."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def enter_namespace(self) -> None:
        """Make the namespace, wait for its default service account, and make it the current one."""
        self.ok(f"kubectl create namespace {self.namespace}")
        self.ok(f"kubectl config set-context --current --namespace={self.namespace}")
        eventually(lambda: self.run("kubectl get serviceaccount default").exit == 0, what="the default service account")

    def leave_namespace(self) -> None:
        """Delete the namespace; its end is not waited for."""
        self.run(f"kubectl delete namespace {self.namespace} --wait=false --ignore-not-found")


def namespace_of(test: str) -> str:
    """A valid and speaking namespace for a test's name: at most 63 characters, of which a long one loses the middle."""
    name = "t-" + re.sub(r"[^a-z0-9]+", "-", test.lower()).strip("-")
    return name if len(name) <= 63 else f"{name[:50].rstrip('-')}-{name[-12:].lstrip('-')}"
