"""Requests that are compressed, missing, truncated, half-sent or late.

usage: requests_test.py ADVERSARY_SERVER
"""

import gzip
import sys
import time

import grpc

import target
from http2 import Connection, message

CREATE = "/adversary.Notes/Create"
DEADLINE_EXCEEDED, INVALID_ARGUMENT, UNIMPLEMENTED = 4, 3, 12


class RequestsTest(target.AttackCase):

    def count(self):
        reply = self.client.call("/adversary.Notes/List", b"\x08\x64")
        return reply.count(b"\x0a")

    def test_a_compressed_request_is_refused_unread(self):
        server = self.serve()
        bomb = gzip.compress(b"\x12" + bytes(1 << 25), 9)
        # What may be sent without asking: this client does not ask.
        self.assertLess(len(bomb), 60000)
        before = server.memory()

        def send(path, extra=(("grpc-encoding", "gzip"),)):
            with Connection(server.address) as connection:
                return connection.call(path, bomb, extra, compressed=True)
        answer = send(CREATE)
        self.assertEqual(answer.status, UNIMPLEMENTED, answer.fields)
        self.assertIn("gzip", answer.message)
        # Also where there is no method, and at gRPC's own service.
        for path in ("/no.Such/Method", "/grpc.health.v1.Health/Check"):
            answer = send(path)
            self.assertEqual(answer.status, UNIMPLEMENTED, answer.fields)
        # Without a word of how it is compressed.
        answer = send(CREATE, extra=())
        self.assertTrue(answer.over)
        self.assertNotEqual(answer.status, 0, answer.fields)
        self.assertLess(server.memory() - before, 16 << 20)
        self.assertEqual(self.count(), 0)

    def test_compression_can_be_allowed(self):
        server = self.serve("--compression")
        with Connection(server.address) as connection:
            wire = b"\x12\x05hello"
            answer = connection.call(CREATE, gzip.compress(wire),
                                     [("grpc-encoding", "gzip")],
                                     compressed=True)
            self.assertEqual(answer.status, 0, answer.fields)
            self.assertIn(wire, answer.data)

    def test_what_is_no_request_is_not_an_empty_one(self):
        server = self.serve()
        half = message(b"\x12\x05hello")[:-3]
        with Connection(server.address) as connection:
            missing = connection.answer(connection.open(CREATE, end=True))
            self.assertEqual(missing.status, INVALID_ARGUMENT, missing.fields)
            self.assertIn("missing", missing.message)
            empty_frame = connection.open(CREATE)
            connection.data(empty_frame, b"", end=True)
            answer = connection.answer(empty_frame)
            self.assertEqual(answer.status, INVALID_ARGUMENT, answer.fields)
            for part in (half, half[:5], half[:3]):
                stream = connection.open(CREATE)
                connection.data(stream, part, end=True)
                answer = connection.answer(stream)
                self.assertTrue(answer.over)
                self.assertNotEqual(answer.status, 0, answer.fields)
            # The stream of a List has one request, too.
            stream = connection.open("/adversary.Notes/Stream", end=True)
            self.assertEqual(connection.answer(stream).status, INVALID_ARGUMENT)
            # A client that streams may send nothing.
            stream = connection.open("/adversary.Work/Gather", end=True)
            self.assertEqual(connection.answer(stream).status, 0)
        # A truncated message may end its connection; nobody else's.
        self.assertEqual(self.count(), 0)

    def test_the_second_request_of_a_call_is_not_run(self):
        server = self.serve()
        with Connection(server.address) as connection:
            stream = connection.open(CREATE)
            connection.data(stream, message(b"\x12\x05first") +
                            message(b"\x12\x06second"), end=True)
            connection.answer(stream)
        self.assertLessEqual(self.count(), 1)

    def test_a_request_has_to_come_in_time(self):
        server = self.serve("--request_timeout=0.5")
        paths = [CREATE, "/adversary.Notes/Stream", "/adversary.Work/Run",
                 "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"]
        with Connection(server.address) as connection:
            streams = [connection.open(path) for path in paths]
            # One that begins, and does not go on.
            streams.append(connection.open(CREATE))
            connection.data(streams[-1], message(bytes(1000))[:500])
            for stream in streams:
                answer = connection.answer(stream)
                self.assertEqual(answer.status, DEADLINE_EXCEEDED, answer.fields)
                self.assertIn("request_timeout", answer.message)
            # A client that streams takes its time.
            talk = connection.open("/adversary.Work/Gather")
            time.sleep(1)
            connection.data(talk, message(b""), end=True)
            self.assertEqual(connection.answer(talk).status, 0)
        self.assertEqual(self.client.counts()["begun"], 1)

    def test_half_sent_requests_are_pushed_back(self):
        server = self.serve("--max_transport_bytes=67108864")
        self.assertTrue(self.client.healthy())
        before = server.memory()
        most = 0
        connections = [Connection(server.address) for _ in range(8)]
        # 400 calls of 4 MB, of which each sends all but the last byte, as long
        # as the server takes it.
        half = message(bytes(4 << 20))[:1 << 20]
        with target.Witness(server) as witness:
            for connection in connections:
                connection.socket.setblocking(False)
                for _ in range(50):
                    try:
                        stream = connection.open("/adversary.Work/Run")
                        connection.socket.settimeout(0.05)
                        for _ in range(4):
                            connection.socket.sendall(
                                b"".join(self.frames(stream, half)))
                    except OSError:
                        break
                most = max(most, server.memory() - before)
        for connection in connections:
            connection.socket.close()
        self.assertLess(most, 400 << 20)
        self.assertTrue(server.alive())
        self.eventually(lambda: self.client.code(
            "/grpc.health.v1.Health/Check") == grpc.StatusCode.OK)
        self.assertEqual(self.client.counts()["begun"], 0)

    @staticmethod
    def frames(stream, payload):
        import http2
        for i in range(0, len(payload), 16384):
            yield http2.frame(http2.DATA, 0, stream, payload[i:i + 16384])

    def test_maximum_timeout_holds_whatever_a_method_does(self):
        self.serve("--maximum_timeout=0.3")
        start = time.monotonic()
        # 3 s that nobody can interrupt, and 10 s of a method that asks.
        self.assertEqual(self.client.code("/adversary.Work/Run", b"\x08\xb8\x17"),
                         grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertEqual(self.client.code("/adversary.Work/Wait", b"\x08\x90\x4e"),
                         grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertLess(time.monotonic() - start, 2.5)
        self.eventually(lambda: self.client.counts() == {
            "begun": 2, "ended": 2, "cancelled": 1})


if __name__ == "__main__":
    target.main(sys.argv[1])
