"""Connections: too many of them, idle and silent ones, and those that stay.

usage: connections_test.py ADVERSARY_SERVER
"""

import os
import resource
import socket
import sys
import time
import unittest

import grpc

import target
from http2 import Connection, PING, frame, message

RESOURCE_EXHAUSTED = 8
WATCH = "/grpc.health.v1.Health/Watch"
REFLECT = ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
           "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"]


def few_descriptors(most):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class ConnectionsTest(target.AttackCase):

    def sockets(self, server, count):
        host, port = server.address.rsplit(":", 1)
        opened = []
        self.addCleanup(lambda: [one.close() for one in opened])
        for _ in range(count):
            opened.append(socket.create_connection((host, int(port)), 5))
        return opened

    def test_the_soft_limit_of_files_is_raised(self):
        server = self.serve(prepare=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (64, 4096)))
        with open(f"/proc/{server.process.pid}/limits") as limits:
            line = next(l for l in limits if l.startswith("Max open files"))
        self.assertEqual(line.split()[3], "4096")

    def test_more_connections_than_there_may_be(self):
        server = self.serve("--max_connections=20")
        opened = self.sockets(server, 60)
        with Connection(server.address) as one_more:
            one_more.read_until(lambda: False, patience=5)
            self.assertTrue(one_more.closed)
        # The log's own thread writes it.
        self.eventually(lambda: "max_connections" in server.errors())
        for one in opened:
            one.close()
        self.eventually(lambda: self.client.code(
            "/grpc.health.v1.Health/Check", timeout=2) == grpc.StatusCode.OK)

    def test_no_descriptor_left(self):
        # Whoever is connected is served, also by files that are opened for it.
        server = self.serve(prepare=few_descriptors(80))
        self.assertTrue(self.client.healthy())
        for _ in range(3):
            opened = self.sockets(server, 150)
            self.assertTrue(self.client.healthy())
            self.assertEqual(
                self.client.code("/adversary.Notes/Create", b"\x12\x01x"),
                grpc.StatusCode.OK)
            for one in opened:
                one.close()
        self.assertTrue(server.alive())
        # And a new client.
        channel = server.channel()
        self.addCleanup(channel.close)
        self.assertTrue(target.Client(channel).healthy())

    def test_descriptors_that_others_took(self):
        server = self.serve()
        self.assertTrue(self.client.healthy())
        pid = server.process.pid
        old = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        used = len(os.listdir(f"/proc/{pid}/fd"))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, old[1]))
        self.sockets(server, 5)
        self.eventually(lambda: "could not be taken" in server.errors())
        self.assertTrue(self.client.healthy())
        resource.prlimit(pid, resource.RLIMIT_NOFILE, old)
        channel = server.channel()
        self.addCleanup(channel.close)
        self.assertTrue(target.Client(channel).healthy())

    def test_idle_and_silent_connections_end(self):
        server = self.serve("--idle_connection=1", "--keepalive=1",
                            "--keepalive_timeout=1")
        with Connection(server.address) as idle:
            idle.call("/grpc.health.v1.Health/Check", b"")
            self.assertTrue(idle.read_until(lambda: idle.goaway is not None))
        # One with a call is not idle, but it has to answer.
        with Connection(server.address) as silent:
            silent.data(silent.open("/adversary.Work/Gather"), message(b""))
            self.assertTrue(silent.read_until(
                lambda: silent.closed, answer_pings=False))
            self.assertTrue(silent.pings)
        with Connection(server.address) as alive:
            call = alive.open("/adversary.Work/Gather")
            alive.data(call, message(b""))
            alive.read_until(lambda: False, patience=4)
            self.assertFalse(alive.closed)
            alive.data(call, b"", end=True)
            self.assertEqual(alive.answer(call).status, 0)

    @unittest.skipUnless(os.environ.get("SLOW"), "takes 20 seconds")
    def test_who_says_nothing_is_left(self):
        server = self.serve()
        silent, = self.sockets(server, 1)
        silent.settimeout(60)
        while silent.recv(1000):  # the server says what it takes
            pass
        self.assertTrue(self.client.healthy())

    def test_pings_every_ten_seconds_are_allowed_and_more_are_not(self):
        server = self.serve()
        with Connection(server.address) as connection:
            for i in range(20):
                try:
                    connection.send(frame(PING, 0, 0, bytes([i] * 8)))
                except OSError:
                    break
                connection.read_until(lambda: False, patience=0.01)
            connection.read_until(lambda: connection.closed, patience=5)
            self.assertEqual(connection.goaway, 11)  # ENHANCE_YOUR_CALM
        if os.environ.get("SLOW"):
            with Connection(server.address) as connection:
                for i in range(6):
                    connection.send(frame(PING, 0, 0, bytes([i] * 8)))
                    connection.read_until(lambda: False, patience=10)
                self.assertIsNone(connection.goaway)

    def test_watches_of_health_are_bounded(self):
        server = self.serve("--max_health_watches=3")
        with Connection(server.address) as connection:
            watches = [connection.open(WATCH) for _ in range(4)]
            for watch in watches:
                connection.data(watch, message(b""), end=True)
            # Which of them came last is gRPC's to say.
            over = lambda: [watch for watch in watches
                            if connection.answers[watch].over]
            connection.read_until(over)
            self.assertEqual(len(over()), 1)
            refused = connection.answers[over()[0]]
            self.assertEqual(refused.status, RESOURCE_EXHAUSTED, refused.fields)
            self.assertIn("max_health_watches", refused.message)
            told = next(connection.answers[watch] for watch in watches
                        if watch != over()[0])
            self.assertTrue(connection.read_until(lambda: told.data))
            self.assertEqual(told.data, message(b"\x08\x01"))
            self.assertFalse(told.over)
            self.assertTrue(self.client.healthy())
        # They went with their connection.
        with Connection(server.address) as connection:
            def watches_again():
                watch = connection.open(WATCH)
                connection.data(watch, message(b""), end=True)
                answer = connection.answers[watch]
                connection.read_until(lambda: answer.data or answer.over)
                return not answer.over
            self.eventually(watches_again)
            # The server stops, with words.
            server.process.terminate()
            last = max(connection.answers)
            self.assertEqual(connection.answer(last).status, 14)
        self.assertEqual(server.process.wait(target.PATIENCE), 0)

    def test_streams_of_reflection_are_bounded(self):
        server = self.serve("--max_reflection_streams=3")
        listing = message(b"\x3a\x00")
        with Connection(server.address) as connection:
            streams = [connection.open(REFLECT[i % 2]) for i in range(4)]
            for stream in streams:
                connection.data(stream, listing)
            over = lambda: [stream for stream in streams
                            if connection.answers[stream].over]
            connection.read_until(over)
            self.assertEqual(len(over()), 1)
            refused = connection.answers[over()[0]]
            self.assertEqual(refused.status, RESOURCE_EXHAUSTED, refused.fields)
            self.assertIn("max_reflection_streams", refused.message)
            for stream in streams:
                if stream not in over():
                    connection.read_until(
                        lambda: connection.answers[stream].data)
                    self.assertIn(b"adversary.Notes",
                                  connection.answers[stream].data)
        # They went with their connection; and a name has an end.
        with Connection(server.address) as connection:
            def talks():
                stream = connection.open(REFLECT[0])
                connection.data(stream, listing)
                answer = connection.answers[stream]
                connection.read_until(lambda: answer.data or answer.over)
                return not answer.over
            self.eventually(talks)
            stream = max(connection.answers)
            connection.data(stream, message(b"\x1a\xa0\x1f" + b"x" * 4000))
            connection.data(stream, message(b"\x1a\x88\x27" + b"x" * 5000))
            answer = connection.answer(stream)
            self.assertEqual(answer.status, 3, answer.fields)
            self.assertIn("4096", answer.message)


if __name__ == "__main__":
    target.main(sys.argv[1])
