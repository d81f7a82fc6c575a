"""A Redis that is made for the run."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class Redis:
    """On a socket in a temporary folder, without persistence; for `with`."""

    START_SECONDS = 30
    STOP_SECONDS = 20

    @staticmethod
    def missing() -> str:
        """What to install, or nothing."""
        return "" if shutil.which("redis-server") else "redis-server"

    def __enter__(self) -> "Redis":
        self._folder = Path(tempfile.mkdtemp(prefix="modelservice-redis-"))
        try:
            with open(self._folder / "log", "wb") as log:
                self._process = subprocess.Popen(
                    ["redis-server", "--port", "0", "--save", "", "--dir",
                     str(self._folder), "--unixsocket", self._socket()],
                    stdout=log, stderr=subprocess.STDOUT)
            try:
                self._wait()
            except BaseException:
                self._process.kill()
                self._process.wait()
                raise
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, error_type, error, traceback) -> None:
        self._process.terminate()
        try:
            self._process.wait(self.STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    def url(self) -> str:
        return f"unix:{self._socket()}"

    @staticmethod
    def version() -> str:
        result = subprocess.run(["redis-server", "--version"],
                                capture_output=True, text=True, check=True)
        # "Redis server v=7.0.15 sha=..."
        return "Redis " + result.stdout.split("v=")[1].split()[0]

    def _socket(self) -> str:
        return str(self._folder / "socket")

    def _wait(self) -> None:
        deadline = time.monotonic() + self.START_SECONDS
        while not self._listens():
            if (self._process.poll() is not None or
                    time.monotonic() > deadline):
                log = (self._folder / "log").read_text(errors="replace")
                raise RuntimeError(f"Redis did not start\n{log[-2000:]}")
            time.sleep(0.01)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(self._socket())
                return True
            except OSError:
                return False
