"""What the tests of a whole server program share."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import grpc

PROGRAM = None
PATIENCE = 30  # seconds
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\dT\S+Z (INFO|WARNING|ERROR) ")
NOBODY = 65534


def text_field(number, text):
    data = text.encode()
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


class Server:
    """A running `serve`, killed at the end if it still runs."""

    def __init__(self, database, *flags):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", f"--database={database}",
             "--address=127.0.0.1:0", *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors = []
        self._reader = threading.Thread(
            target=lambda: self.errors.extend(self.process.stderr))
        self._reader.start()
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.end()
            raise AssertionError("no server: " + "".join(self.errors))
        self.address = line.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
        self.end()

    def end(self):
        code = self.process.wait(PATIENCE)
        self._reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def channel(self):
        # Unlike gRPC's default, a channel of its own for each caller, and a
        # window that stays small: a stream that nobody reads comes to a stop.
        return grpc.insecure_channel(
            self.address, options=[("grpc.use_local_subchannel_pool", 1),
                                   ("grpc.http2.bdp_probe", 0)])


def create(channel, email, timeout=PATIENCE):
    request = text_field(2, email)
    return channel.unary_unary("/shop.CustomerService/Create")(
        request, timeout=timeout, wait_for_ready=True)


class ProcessCase(unittest.TestCase):
    """The commands of the program; `url` is the database's."""

    url = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="modelservice-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_program(self, *arguments, **options):
        return subprocess.run(
            [PROGRAM, *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=PATIENCE,
            cwd=self.folder, **options)

    def migrate(self):
        result = self.run_program("migrate", f"--database={self.url}")
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def assert_refused(self, arguments, *words, told=1, **options):
        """The program exits 1 after `told` lines that have all of `words`."""
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.returncode, 1, result.stderr)
        lines = [line for line in result.stderr.splitlines()
                 if not LOG_LINE.match(line)]
        self.assertEqual(len(lines), told, result.stderr)
        self.assertTrue(lines[0].startswith("error: "), lines[0])
        self.assertNotIn("listening", result.stdout)
        for word in words:
            self.assertIn(word, "\n".join(lines))

    def serve(self, *flags):
        return ["serve", f"--database={self.url}", "--address=127.0.0.1:0",
                *flags]


def main(program):
    """Runs the tests of the main module on `program`."""
    global PROGRAM
    # Where another user can run it, too.
    with tempfile.TemporaryDirectory(prefix="modelservice-") as folder:
        os.chmod(folder, 0o755)
        PROGRAM = shutil.copy(program, folder)
        result = unittest.main(exit=False, verbosity=2).result
    sys.exit(0 if result.wasSuccessful() else 1)
