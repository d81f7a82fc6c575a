"""The attacked server, and a client that means well."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import grpc

PROGRAM = None
NOBODY = 65534
PATIENCE = 20  # seconds


def number_field(number, value):
    out = [number << 3]
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out + [value])


def numbers(wire):
    """The fields of a message that has numbers alone."""
    fields = {}
    at = 0
    while at < len(wire):
        key = wire[at] >> 3
        at += 1
        value = shift = 0
        while True:
            value |= (wire[at] & 127) << shift
            shift += 7
            at += 1
            if not wire[at - 1] & 128:
                break
        fields[key] = value
    return fields


def make_database(folder):
    database = "sqlite:" + os.path.join(folder, "notes.db")
    made = subprocess.run([PROGRAM, "migrate", f"--database={database}"],
                          capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    for name in os.listdir(folder):  # for a server that is somebody else's
        os.chmod(os.path.join(folder, name), 0o666)
    return database


class Server:
    """A running `serve`; killed at the end if it still runs. `prepare` runs in
    the child before the program does."""

    def __init__(self, folder, *flags, prepare=None, address="127.0.0.1:0"):
        database = make_database(folder)
        self.log = os.path.join(folder, "log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", f"--database={database}",
                 f"--address={address}", *flags],
                stdout=subprocess.PIPE, stderr=log, text=True,
                preexec_fn=prepare)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            raise AssertionError("no server: " + self.errors())
        self.address = line.split()[-1]

    def errors(self):
        with open(self.log) as log:
            return log.read()

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def memory(self):
        """Bytes that are resident."""
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()

    def channel(self):
        return grpc.insecure_channel(
            self.address, options=[("grpc.use_local_subchannel_pool", 1),
                                   ("grpc.enable_http_proxy", 0)])


class Client:
    """Calls as an honest client makes them, with messages as bytes."""

    def __init__(self, channel):
        self.channel = channel

    def call(self, path, request=b"", timeout=PATIENCE):
        return self.channel.unary_unary(path)(request, timeout=timeout,
                                              wait_for_ready=True)

    def code(self, path, request=b"", timeout=PATIENCE):
        try:
            self.call(path, request, timeout)
        except grpc.RpcError as error:
            return error.code()
        return grpc.StatusCode.OK

    def counts(self):
        fields = numbers(self.call("/adversary.Work/Counts"))
        return {"begun": fields.get(1, 0), "ended": fields.get(2, 0),
                "cancelled": fields.get(3, 0)}

    def grpc_version(self):
        """The server's: (1, 83)."""
        return divmod(numbers(self.call("/adversary.Work/Counts"))[4], 1000)

    def healthy(self, timeout=PATIENCE):
        reply = self.call("/grpc.health.v1.Health/Check", timeout=timeout)
        return numbers(reply).get(1) == 1


class Witness:
    """A client that goes on calling while an attack lasts; how long the slowest
    of its calls took, and what went wrong."""

    def __init__(self, server):
        self.slowest = 0.0
        self.calls = 0
        self.faults = []
        self._stop = threading.Event()
        self._channel = server.channel()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._stop.set()
        self._thread.join()
        self._channel.close()

    def _run(self):
        client = Client(self._channel)
        while not self._stop.is_set():
            for path, request in (("/grpc.health.v1.Health/Check", b""),
                                  ("/adversary.Notes/Retrieve", b"\x08\x01")):
                start = time.monotonic()
                code = client.code(path, request)
                self.slowest = max(self.slowest, time.monotonic() - start)
                self.calls += 1
                if code not in (grpc.StatusCode.OK, grpc.StatusCode.NOT_FOUND):
                    self.faults.append((path, code))
            time.sleep(0.01)


class MemoryWatch:
    """How much memory the server had at most, in bytes."""

    def __init__(self, server):
        self.most = 0
        self._server = server
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.wait(0.02):
            self.most = max(self.most, self._server.memory())


class AttackCase(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="modelservice-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def serve(self, *flags, **how):
        server = Server(self.folder, *flags, **how)
        self.addCleanup(server.stop)
        channel = server.channel()
        self.addCleanup(channel.close)
        self.client = Client(channel)
        return server

    def eventually(self, true, patience=PATIENCE):
        end = time.monotonic() + patience
        while not true():
            self.assertLess(time.monotonic(), end, "not in time")
            time.sleep(0.02)


def main(program):
    """Runs the tests of the main module on `program`."""
    global PROGRAM
    # Where another user can run it, too.
    with tempfile.TemporaryDirectory(prefix="modelservice-") as folder:
        os.chmod(folder, 0o755)
        PROGRAM = shutil.copy(program, folder)
        result = unittest.main(exit=False, argv=sys.argv[:1] + sys.argv[2:],
                               verbosity=2).result
    sys.exit(0 if result.wasSuccessful() else 1)
