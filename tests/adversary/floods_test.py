"""Calls that are reset as fast as they are opened, more of them than there may
be, and clients that call as much as they may.

usage: floods_test.py ADVERSARY_SERVER
"""

import os
import sys
import threading
import time

import grpc

import flood
import target
from http2 import Connection, message

SLOW = bool(os.environ.get("SLOW"))
SECONDS, CONNECTIONS = (5, 3) if SLOW else (1.5, 2)
MEGABYTE = 1 << 20
# Others wait for a second or so; this is for machines that do much else.
SLOWEST = 10  # seconds
# A connection may have two thousand calls, of twenty kilobytes.
MOST_MEMORY = 500 * MEGABYTE
# From here on gRPC itself resets calls past the bound until a client says that it
# knows it; before, the connection was ours to cut.
REFUSES = (1, 60)
ENHANCE_YOUR_CALM = 11  # of RST_STREAM


class FloodsTest(target.AttackCase):

    def flood(self, server, path, wire=b"", **how):
        """What others notice of it."""
        self.assertTrue(self.client.healthy())
        before = server.memory()
        with target.Witness(server) as witness, \
                target.MemoryWatch(server) as memory, \
                flood.Flood(server.address, SECONDS, CONNECTIONS, path, wire,
                            **how) as attack:
            pass
        self.assert_serves_soon(server)
        grown = memory.most - before
        print(f"{how}: {attack.opened} calls reset, {attack.cut} connections "
              f"cut; the slowest of {witness.calls} others took "
              f"{witness.slowest:.2f} s; memory grew by "
              f"{grown // MEGABYTE} MB", file=sys.stderr)
        self.assertGreater(attack.opened, 1000)
        # Who keeps up with it, as a machine with less to do may, cuts nobody.
        if attack.cut:
            self.eventually(lambda: "is closed" in server.errors())
        else:
            self.assertLess(grown, MOST_MEMORY // 2)
        self.assertFalse(witness.faults)
        self.assertGreater(witness.calls, 0)
        self.assertLess(witness.slowest, SLOWEST)
        self.assertLess(grown, MOST_MEMORY)
        self.eventually(lambda: server.memory() - before < 100 * MEGABYTE)

    def assert_serves_soon(self, server):
        """A new client is served, though it has the attackers' address."""
        channel = server.channel()
        self.addCleanup(channel.close)
        client = target.Client(channel)
        self.assertTrue(client.healthy())
        self.assertIn(client.code("/adversary.Notes/Retrieve", b"\x08\x01"),
                      (grpc.StatusCode.OK, grpc.StatusCode.NOT_FOUND))

    def test_rapid_reset_of_a_method_that_takes_long(self):
        server = self.serve()
        # Each would run for 100 ms.
        self.flood(server, "/adversary.Work/Run", b"\x08\x64")
        # What was begun before its reset came; what waited did not run.
        self.assertLess(self.client.counts()["begun"], 32 * SECONDS * 10 * 2)

    def test_rapid_reset_of_writes(self):
        self.flood(self.serve(), "/adversary.Notes/Create", b"\x12\x04text")

    def test_resets_before_a_request_comes(self):
        server = self.serve()
        for kind in (flood.HEAD, flood.END):
            self.flood(server, "/adversary.Notes/Retrieve", kind=kind)

    def test_resets_of_streams(self):
        self.flood(self.serve(), "/adversary.Work/Gather", kind=flood.HEAD)

    def test_resets_through_a_unix_socket(self):
        server = self.serve(address=f"unix:{self.folder}/socket")
        for kind in (flood.FULL, flood.HEAD):
            self.flood(server, "/adversary.Notes/Retrieve", b"\x08\x01",
                       kind=kind)
        # The process that did it is named.
        self.assertIn(f"unix:{os.getpid()}:", server.errors())

    def test_attackers_that_come_back(self):
        server = self.serve()
        for kind in (flood.FULL, flood.HEAD):
            self.flood(server, "/adversary.Notes/Retrieve", b"\x08\x01",
                       kind=kind, again=True)

    def test_more_calls_than_there_may_be(self):
        # gRPC holds a client to the bound once that says that it knows it.
        server = self.serve("--max_connection_calls=50",
                            "--max_connection_resets=50")
        with Connection(server.address, acknowledges=False) as connection:
            streams = []
            try:
                for _ in range(300):
                    streams.append(connection.open("/adversary.Work/Gather"))
                    connection.data(streams[-1], message(b""))
            except OSError:
                pass
            if self.client.grpc_version() < REFUSES:
                self.assertTrue(
                    connection.read_until(lambda: connection.closed))
                self.eventually(
                    lambda: "max_connection_calls" in server.errors())
            else:
                self.assertEqual(len(streams), 300)
                self.assert_refuses(connection, streams[:50], streams[50:])
                self.assertNotIn("is closed", server.errors())
        self.assertTrue(self.client.healthy())
        self.eventually(lambda: self.client.counts()["begun"] ==
                        self.client.counts()["ended"])

    def assert_refuses(self, connection, served, refused):
        """Those that are too many, and no others."""
        self.assertTrue(connection.read_until(
            lambda: all(connection.answers[one].over for one in refused)))
        self.assertEqual({connection.answers[one].reset for one in refused},
                         {ENHANCE_YOUR_CALM})
        for one in served:
            self.assertFalse(connection.answers[one].over)
            connection.data(one, b"", end=True)
        for one in served:
            self.assertEqual(connection.answer(one).status, 0)

    def test_who_calls_much_is_no_flood(self):
        server = self.serve("--max_queue=100000")
        end = time.monotonic() + SECONDS * 2
        codes = {}
        lock = threading.Lock()

        def note(code):
            with lock:
                codes[code] = codes.get(code, 0) + 1

        def call(channel):
            """As many as there may be, on one connection."""
            method = channel.unary_unary("/adversary.Notes/Retrieve")
            while time.monotonic() < end:
                for future in [method.future(b"\x08\x01", timeout=60)
                               for _ in range(128)]:
                    note(future.code())

        def write(channel):
            method = channel.unary_unary("/adversary.Notes/Create")
            while time.monotonic() < end:
                for future in [method.future(b"\x12\x04text", timeout=60)
                               for _ in range(128)]:
                    note(future.code())

        def cancel(channel):
            """A client of many others, of whom some go away."""
            method = channel.unary_unary("/adversary.Work/Run")
            while time.monotonic() < end:
                calls = [method.future(b"\x08\x01", timeout=60)
                         for _ in range(10)]
                time.sleep(0.05)
                for one in calls:
                    one.cancel()

        def gather(channel):
            method = channel.stream_unary("/adversary.Work/Gather")
            while time.monotonic() < end:
                _, one = method.with_call(iter([b"\x08\x01"] * 20000),
                                          timeout=60)
                note(one.code())
                _, one = method.with_call(
                    iter([b"\x12\x80\x80\x40" + bytes(MEGABYTE)] * 10),
                    timeout=60)
                note(one.code())

        threads = []
        for work in (call, write, cancel, gather):
            channel = server.channel()
            self.addCleanup(channel.close)
            threads.append(threading.Thread(target=work, args=(channel,)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"calls that are no flood: {codes}", file=sys.stderr)
        self.assertLessEqual(set(codes), {grpc.StatusCode.OK,
                                          grpc.StatusCode.NOT_FOUND})
        self.assertNotIn("is closed", server.errors())


if __name__ == "__main__":
    target.main(sys.argv[1])
