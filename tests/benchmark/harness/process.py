"""A server under test, as a process."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from .servers import Server


class RunningServer:
    """A server from its first answer until SIGTERM; for `with`."""

    START_SECONDS = 30
    STOP_SECONDS = 20

    def __init__(self, server: Server, database: str, log: Path, cpus: set):
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

    def resident_mib(self) -> float:
        """The memory that is resident now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        for line in status.splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(self._complaint("has no memory"))

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
