#!/usr/bin/python3
"""A comparison of speed is honest only if both servers do the same work: both
must give the same answers, to wrong requests too.

    answers_test.py --protoc protoc --protos DIR --handwritten PROGRAM
        [--ours PROGRAM]
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import grpc

from harness import seed, server

HERE = Path(__file__).resolve().parent
ROWS = 1200
MALFORMED = 1201  # a row whose username is not UTF-8


class Client:
    """Calls methods of perf.UserService on raw bytes or messages."""

    def __init__(self, port: int, perf):
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._perf = perf

    def unary(self, method: str, request):
        call = self._channel.unary_unary(
            f"/perf.UserService/{method}",
            response_deserializer=self._reply(method))
        return call(_bytes(request), timeout=10)

    def stream(self, method: str, request) -> list:
        call = self._channel.unary_stream(
            f"/perf.UserService/{method}",
            response_deserializer=self._reply(method))
        return list(call(_bytes(request), timeout=10))

    def close(self) -> None:
        self._channel.close()

    def _reply(self, method: str):
        service = self._perf.DESCRIPTOR.services_by_name["UserService"]
        name = service.methods_by_name[method].output_type.name
        if name == "Empty":
            return bytes
        return getattr(self._perf, name).FromString


def _bytes(request) -> bytes:
    return request if isinstance(request,
                                 bytes) else request.SerializeToString()


class Answers:
    """The test cases, for each server."""

    server = None
    perf = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.database = Path(folder.name) / "perf.db"
        if self.server.name == "ours":
            server.migrate(self.server.program, self.database)
        seed.seed(self.database, ROWS)
        running = server.RunningServer(self.server, self.database,
                                       Path(folder.name) / "log",
                                       os.sched_getaffinity(0))
        running.__enter__()
        self.addCleanup(running.__exit__, None, None, None)
        self.client = Client(running.port, self.perf)
        self.addCleanup(self.client.close)

    def seeded(self, key: int):
        names = [field.name for field in self.perf.User.DESCRIPTOR.fields]
        return self.perf.User(**dict(zip(names, seed.row(key))))

    def stored(self, key: int):
        connection = sqlite3.connect(self.database)
        row = connection.execute(
            "SELECT id, username, email, created_at, is_active, score "
            "FROM perf_user WHERE id = ?", (key,)).fetchone()
        connection.close()
        return row

    def assert_refused(self, code, method, request, stream=False):
        with self.assertRaises(grpc.RpcError) as caught:
            (self.client.stream if stream else self.client.unary)(method,
                                                                  request)
        self.assertEqual(caught.exception.code(), code, caught.exception)

    def test_retrieve(self):
        request = self.perf.RetrieveUserRequest(id=7)
        self.assertEqual(self.client.unary("Retrieve", request),
                         self.seeded(7))
        self.assert_refused(grpc.StatusCode.NOT_FOUND, "Retrieve",
                            self.perf.RetrieveUserRequest(id=99999))

    def test_pages(self):
        sizes, rows, token = [], [], ""
        while True:
            page = self.client.unary(
                "List",
                self.perf.ListUsersRequest(page_size=500, page_token=token))
            sizes.append(len(page.results))
            rows.extend(page.results)
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(sizes, [500, 500, 200])
        self.assertEqual(rows, list(map(self.seeded, range(1, ROWS + 1))))

    def test_page_sizes(self):
        for asked, given in ((0, 100), (1, 1), (1000, 1000), (5000, 1000)):
            page = self.client.unary("List",
                                     self.perf.ListUsersRequest(page_size=asked))
            self.assertEqual(len(page.results), given)
        for wrong in (dict(page_size=-1), dict(page_token="?")):
            self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, "List",
                                self.perf.ListUsersRequest(**wrong))

    def test_streams(self):
        everything = list(map(self.seeded, range(1, ROWS + 1)))
        for asked, sizes in ((0, [512, 512, 176]), (600, [600, 600])):
            chunks = self.client.stream(
                "ListChunks", self.perf.ListUsersRequest(page_size=asked))
            self.assertEqual([len(chunk.results) for chunk in chunks], sizes)
            self.assertEqual([row for chunk in chunks for row in chunk.results],
                             everything)
        for asked, given in ((0, ROWS), (1100, 1100)):
            self.assertEqual(
                self.client.stream(
                    "ListRows", self.perf.ListUserRowsRequest(page_size=asked)),
                everything[:given])
        for method in ("ListChunks", "ListRows"):
            self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, method,
                                self.perf.ListUsersRequest(page_size=-1), True)

    def test_create(self):
        user = self.perf.User(id=5, username="grüße", email="ä@example.com",
                              created_at=-3, score=-0.0)
        created = self.client.unary("Create", user)
        self.assertEqual(created.id, ROWS + 1)
        user.id = created.id
        self.assertEqual(created, user)
        self.assertEqual(self.stored(created.id),
                         (created.id, "grüße", "ä@example.com", -3, 0, 0.0))
        self.assert_refused(grpc.StatusCode.ALREADY_EXISTS, "Create", user)

    def test_update(self):
        user = self.perf.User(id=7, username="other", is_active=True)
        self.assertEqual(self.client.unary("Update", user), user)
        self.assertEqual(self.stored(7), (7, "other", "", 0, 1, 0.0))
        user.username = "user8"
        self.assert_refused(grpc.StatusCode.ALREADY_EXISTS, "Update", user)
        self.assert_refused(grpc.StatusCode.NOT_FOUND, "Update",
                            self.perf.User(id=99999, username="nobody"))

    def test_partial_update(self):
        expected = self.seeded(7)
        expected.email = ""
        expected.score = 2.5
        request = self.perf.PartialUpdateUserRequest(id=7, email="", score=2.5)
        self.assertEqual(self.client.unary("PartialUpdate", request), expected)
        self.assertEqual(self.stored(7)[2:], ("", 1600000007000021, 1, 2.5))
        self.assert_refused(
            grpc.StatusCode.ALREADY_EXISTS, "PartialUpdate",
            self.perf.PartialUpdateUserRequest(id=7, username="user8"))
        self.assert_refused(
            grpc.StatusCode.NOT_FOUND, "PartialUpdate",
            self.perf.PartialUpdateUserRequest(id=99999, score=1))

    def test_destroy(self):
        request = self.perf.DestroyUserRequest(id=7)
        self.assertEqual(self.client.unary("Destroy", request), b"")
        self.assertIsNone(self.stored(7))
        self.assert_refused(grpc.StatusCode.NOT_FOUND, "Destroy", request)

    def test_text_that_is_not_utf8(self):
        for method in ("Create", "Update"):
            self.assert_refused(
                (grpc.StatusCode.INVALID_ARGUMENT), method,
                b"\x08\x07\x12\x02\xc3\x28")
        connection = sqlite3.connect(self.database)
        connection.execute(
            "INSERT INTO perf_user VALUES (?, CAST(x'c328' AS TEXT), '', 0, 0,"
            " 0)", (MALFORMED,))
        connection.commit()
        connection.close()
        for method in ("Retrieve", "PartialUpdate"):
            request = self.perf.PartialUpdateUserRequest(id=MALFORMED)
            if method == "PartialUpdate":
                request.score = 1
            with self.assertRaises(grpc.RpcError):
                self.client.unary(method, request)
        self.assertEqual(self.stored_bytes(MALFORMED), (b"\xc3\x28", 0.0))
        with self.assertRaises(grpc.RpcError):
            self.client.stream("ListRows", self.perf.ListUserRowsRequest())
        with self.assertRaises(grpc.RpcError):
            self.client.stream("ListChunks", self.perf.ListUsersRequest())

    def stored_bytes(self, key: int):
        connection = sqlite3.connect(self.database)
        connection.text_factory = bytes
        row = connection.execute(
            "SELECT username, score FROM perf_user WHERE id = ?",
            (key,)).fetchone()
        connection.close()
        return row

    def test_bytes_that_are_no_message(self):
        for method in ("Retrieve", "List", "Create", "Update", "PartialUpdate",
                       "Destroy"):
            with self.assertRaises(grpc.RpcError):
                self.client.unary(method, b"\xff\xff")


def load_messages(protoc: str, protos: Path, folder: Path):
    subprocess.run(
        [protoc, f"--proto_path={HERE}", f"--proto_path={protos}",
         f"--python_out={folder}", "perf.proto",
         "modelservice/annotations.proto"], check=True)
    sys.path.insert(0, str(folder))
    import perf_pb2
    return perf_pb2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protoc", default="protoc")
    parser.add_argument("--protos", type=Path, required=True)
    parser.add_argument("--handwritten", type=Path, required=True)
    parser.add_argument("--ours", type=Path)
    arguments = parser.parse_args()
    candidates = [server.handwritten(arguments.handwritten)]
    if arguments.ours:
        candidates.append(server.ours(arguments.ours))
    with tempfile.TemporaryDirectory() as folder:
        Answers.perf = load_messages(arguments.protoc, arguments.protos,
                                     Path(folder))
        suite = unittest.TestSuite()
        for candidate in candidates:
            case = type(candidate.name, (Answers, unittest.TestCase),
                        {"server": candidate})
            suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(case))
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
