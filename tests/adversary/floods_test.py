"""Streams that are reset as fast as they are opened, and a server that is given
no more threads.

usage: floods_test.py ADVERSARY_SERVER
"""

import os
import resource
import sys
import threading
import time
import unittest

import grpc

import target
from http2 import (Connection, DATA, END_HEADERS, END_STREAM, HEADERS,
                   RST_STREAM, frame, headers, message)

# gRPC 1.51 takes what comes as fast as it comes: how long others wait for it
# depends on the attacker's share of the machine (docs/deploy.md).
SECONDS, CONNECTIONS = (15, 3) if os.environ.get("SLOW") else (1.5, 1)


class FloodsTest(target.AttackCase):

    def reset_streams(self, address, path, wire, counts, end):
        """Opens calls and resets them at once, until `end`."""
        try:
            connection = Connection(address)
        except OSError:
            return
        block = headers(path)
        body = message(wire)
        stream = 1
        reset = (8).to_bytes(4, "big")  # CANCEL
        drain = threading.Thread(target=connection.read_until,
                                 args=(lambda: time.monotonic() > end, SECONDS))
        drain.start()
        try:
            while time.monotonic() < end:
                batch = []
                for _ in range(100):
                    batch.append(frame(HEADERS, END_HEADERS, stream, block))
                    batch.append(frame(DATA, END_STREAM, stream, body))
                    batch.append(frame(RST_STREAM, 0, stream, reset))
                    stream += 2
                connection.socket.sendall(b"".join(batch))
        except OSError:
            pass  # it was shown the door
        counts.append((stream - 1) // 2)
        drain.join()
        connection.socket.close()

    def flood(self, server, path, wire):
        counts = []
        end = time.monotonic() + SECONDS
        attackers = [
            threading.Thread(target=self.reset_streams,
                             args=(server.address, path, wire, counts, end))
            for _ in range(CONNECTIONS)]
        for attacker in attackers:
            attacker.start()
        for attacker in attackers:
            attacker.join()
        return sum(counts)

    def assert_serves_soon(self, server):
        """A new client is served, as soon as what came before is read."""
        start = time.monotonic()
        channel = server.channel()
        self.addCleanup(channel.close)
        client = target.Client(channel)
        self.assertTrue(client.healthy())
        self.assertIn(client.code("/adversary.Notes/Retrieve", b"\x08\x01"),
                      (grpc.StatusCode.OK, grpc.StatusCode.NOT_FOUND))
        self.assertLess(time.monotonic() - start, 4 * SECONDS + 10)

    def test_rapid_reset_of_a_method_that_takes_long(self):
        server = self.serve()
        self.assertTrue(self.client.healthy())
        with target.Witness(server) as witness:
            # Each would run for 100 ms.
            opened = self.flood(server, "/adversary.Work/Run", b"\x08\x64")
        self.assert_serves_soon(server)
        counts = self.client.counts()
        print(f"{opened} calls reset, {counts['begun']} run; the slowest of "
              f"{witness.calls} others took {witness.slowest:.2f} s",
              file=sys.stderr)
        self.assertGreater(opened, 1000)
        # What was begun before its reset came; what waited did not run.
        self.assertLess(counts["begun"], 32 * SECONDS * 10 * 2)
        self.assertFalse(witness.faults)
        self.assertGreater(witness.calls, 0)

    def test_rapid_reset_of_writes(self):
        server = self.serve()
        self.assertTrue(self.client.healthy())
        before = server.memory()
        with target.Witness(server) as witness:
            opened = self.flood(server, "/adversary.Notes/Create",
                                b"\x12\x04text")
        self.assert_serves_soon(server)
        print(f"{opened} writes reset; the slowest of {witness.calls} others "
              f"took {witness.slowest:.2f} s; memory grew by "
              f"{(server.memory() - before) >> 20} MB", file=sys.stderr)
        self.assertFalse(witness.faults)
        self.eventually(lambda: server.memory() - before < 100 << 20)

    @unittest.skipIf(os.getuid() != 0, "only root can become a user who has no "
                     "other threads")
    def test_no_more_threads(self):
        user = 50000 + os.getpid() % 10000

        def few_threads():
            os.setgid(user)
            os.setuid(user)
            resource.setrlimit(resource.RLIMIT_NPROC, (24, 24))
        server = self.serve(prepare=few_threads)
        codes = []
        lock = threading.Lock()

        def run():
            code = self.client.code("/adversary.Work/Run", b"\x08\x64")
            with lock:
                codes.append(code)
        callers = [threading.Thread(target=run) for _ in range(60)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        self.assertTrue(server.alive(), server.errors())
        self.assertLessEqual(set(codes), {grpc.StatusCode.OK,
                                          grpc.StatusCode.RESOURCE_EXHAUSTED})
        self.assertIn(grpc.StatusCode.OK, codes)
        self.assertTrue(self.client.healthy())


if __name__ == "__main__":
    target.main(sys.argv[1])
