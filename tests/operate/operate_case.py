"""What the tests of this folder share: the program, servers that run it.

Messages are written as bytes by hand, so that nothing is generated for these
tests.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import grpc

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PROGRAM = None
POSTGRES = None
PATIENCE = 60  # seconds
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def text_field(number, text):
    data = text.encode()
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


def number_field(number, value):
    out = bytes([number << 3])
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


class Server:
    """A running `serve`; its log is read by `lines`."""

    def __init__(self, test, *flags, address="127.0.0.1:0", stderr=None):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", f"--database={test.url}",
             f"--address={address}", *flags],
            stdout=subprocess.PIPE, stderr=stderr or subprocess.PIPE,
            text=True, cwd=test.folder)
        self.log = []
        self.changed = threading.Condition()
        self.reader = None
        if stderr is None:
            self.reader = threading.Thread(target=self.read)
            self.reader.start()
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.process.wait(PATIENCE)
            raise AssertionError("no server: " + "".join(self.log))
        self.address = line.split()[-1]
        self.channel = grpc.insecure_channel(self.address.split(",")[0])

    def read(self):
        for line in self.process.stderr:
            with self.changed:
                self.log.append(line)
                self.changed.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        if self.reader:
            self.reader.join()
            self.process.stderr.close()
        self.process.stdout.close()

    def call(self, method, request=b"", metadata=()):
        """The status's code, the reply and the trailers."""
        rpc = self.channel.unary_unary(f"/shelf.Books/{method}")
        try:
            reply, done = rpc.with_call(request, timeout=PATIENCE,
                                        metadata=metadata, wait_for_ready=True)
            return grpc.StatusCode.OK, reply, dict(done.trailing_metadata())
        except grpc.RpcError as error:
            return error.code(), error.details(), dict(
                error.trailing_metadata())

    def wait_for(self, wanted):
        """The first line of the log that has all of `wanted`."""
        deadline = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                for line in self.log:
                    if all(word in line for word in wanted):
                        return line
                left = deadline - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    raise AssertionError(
                        f"no line with {wanted}:\n" + "".join(self.log))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


class OperateCase(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="modelservice-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.url = self.new_database()

    def new_database(self):
        return f"sqlite:{self.folder}/shelf.db"

    def run_program(self, *arguments, **options):
        return subprocess.run(
            [PROGRAM, *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=PATIENCE,
            cwd=self.folder, **options)

    def migrate(self):
        result = self.run_program("migrate", f"--database={self.url}")
        self.assertEqual(result.returncode, 0, result.stderr)

    def assert_error(self, result, *words):
        self.assertEqual(result.returncode, 1, result.stdout)
        for word in words:
            self.assertIn(word, result.stderr)

    def new_postgres_database(self):
        if POSTGRES is None:
            self.skipTest("there is no PostgreSQL server to test on")
        POSTGRES.stdin.write("\n")
        POSTGRES.stdin.flush()
        return POSTGRES.stdout.readline().strip()


def start_postgres(program):
    """None where this machine has no PostgreSQL."""
    started = subprocess.Popen([program], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    # Ready when it answers; else it has said why it ended.
    started.stdin.write("\n")
    started.stdin.flush()
    if started.stdout.readline().strip():
        return started
    if started.wait() != 77 or os.environ.get("CI"):
        sys.exit("no PostgreSQL server could be started")
    return None


def main():
    """Runs the tests of the main module: TEST.py SHELF [TEST_POSTGRES]."""
    global PROGRAM, POSTGRES
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        POSTGRES = start_postgres(sys.argv.pop(1))
    try:
        unittest.main(verbosity=2)
    finally:
        if POSTGRES is not None:
            POSTGRES.stdin.close()
            POSTGRES.wait()
