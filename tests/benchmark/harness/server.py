"""The servers under test, as processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A program that serves perf.UserService over a SQLite file."""

    name: str
    program: Path
    # With {port} and {database} to be filled in.
    arguments: tuple

    def command(self, port: int, database: Path) -> list:
        return [str(self.program)] + [
            argument.format(port=port, database=database)
            for argument in self.arguments
        ]


def ours(program: Path) -> Server:
    return Server("ours", program,
                  ("serve", "--address=127.0.0.1:{port}",
                   "--database=sqlite:{database}"))


def handwritten(program: Path) -> Server:
    return Server("handwritten", program,
                  ("--address=127.0.0.1:{port}", "--database={database}"))


class RunningServer:
    """A server from its first answer until SIGTERM; for `with`."""

    START_SECONDS = 20
    STOP_SECONDS = 20

    def __init__(self, server: Server, database: Path, log: Path, cpus: set):
        self.port = _free_port()
        self._name = server.name
        self._log = log
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                server.command(self.port, database),
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: os.sched_setaffinity(0, cpus))

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> "RunningServer":
        deadline = time.monotonic() + self.START_SECONDS
        try:
            while not self._listens():
                if self._process.poll() is not None:
                    raise RuntimeError(self._complaint("did not start"))
                if time.monotonic() > deadline:
                    raise RuntimeError(self._complaint("does not listen"))
                time.sleep(0.01)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        return self

    def __exit__(self, error_type, error, traceback) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(self.STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise RuntimeError(self._complaint("ignores SIGTERM")) from error
        if code != 0:
            raise RuntimeError(
                self._complaint(f"ended with exit code {code}")) from error

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def output(self) -> str:
        log = self._log.read_text(errors="replace")[-2000:]
        return f"The {self._name} server's output:\n{log}"

    def _complaint(self, what: str) -> str:
        return f"the {self._name} server {what}\n{self.output()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def migrate(program: Path, database: Path) -> None:
    """Creates our tables in `database`."""
    result = subprocess.run(
        [str(program), "migrate", f"--database=sqlite:{database}"],
        capture_output=True, text=True, timeout=60)
    if result.returncode != 0:
        sys.exit(f"migrate failed:\n{result.stdout}{result.stderr}")
