#!/usr/bin/python3
"""A comparison of speed is honest only if all servers do the same work: each
must give the same answers, to wrong requests too. Ours and the hand-written one
give the same bytes, Django the same values.

    answers_test.py --protoc protoc --protos DIR --handwritten PROGRAM
        [--ours PROGRAM] [--databases sqlite,postgres]
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import grpc

from harness import seed, servers
from harness.postgres import Postgres
from harness.process import RunningServer
from harness.sqlite import Sqlite

ROWS = 1200
MALFORMED = 1201  # a row whose username is not UTF-8


class Client:
    """Calls methods of perf.UserService on raw bytes or messages."""

    def __init__(self, port: int, perf, is_exact: bool):
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._perf = perf
        self._is_exact = is_exact

    def unary(self, method: str, request):
        call = self._channel.unary_unary(f"/perf.UserService/{method}")
        return self._reply(method, call(_bytes(request), timeout=10))

    def stream(self, method: str, request) -> list:
        call = self._channel.unary_stream(f"/perf.UserService/{method}")
        return [
            self._reply(method, reply)
            for reply in call(_bytes(request), timeout=10)
        ]

    def together(self, method: str, requests: list) -> list:
        """The status codes of unary calls that are under way at once."""
        call = self._channel.unary_unary(f"/perf.UserService/{method}")
        calls = [
            call.future(_bytes(request), timeout=30) for request in requests
        ]
        return [call.code() for call in calls]

    def close(self) -> None:
        self._channel.close()

    def _reply(self, method: str, reply: bytes):
        service = self._perf.DESCRIPTOR.services_by_name["UserService"]
        name = service.methods_by_name[method].output_type.name
        if name == "Empty":
            return reply
        message = getattr(self._perf, name).FromString(reply)
        # All exact servers write the one form, so equal values are equal bytes.
        if self._is_exact and message.SerializeToString() != reply:
            raise AssertionError(f"{method}: {reply} is not as protobuf "
                                 "would write it")
        return message


def _bytes(request) -> bytes:
    return request if isinstance(request,
                                 bytes) else request.SerializeToString()


class Answers:
    """The test cases, for each server on each database."""

    server = None
    database = None
    migrate = None
    perf = None

    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            cls.database.create("answers")
            stack.callback(cls.database.drop, "answers")
            url = cls.database.url("answers")
            if cls.migrate:
                cls.migrate(url)
            cls.database.seed("answers", ROWS)
            running = stack.enter_context(
                RunningServer(cls.server, url, Path(folder) / "log",
                              os.sched_getaffinity(0)))
            cls.client = Client(running.port, cls.perf, cls.server.is_exact)
            stack.callback(cls.client.close)
            cls.addClassCleanup(stack.pop_all().close)

    def setUp(self):
        self.database.reset("answers", ROWS)

    def seeded(self, key: int):
        names = [field.name for field in self.perf.User.DESCRIPTOR.fields]
        return self.perf.User(**dict(zip(names, seed.row(key))))

    def stored(self, key: int):
        return self.database.row("answers", key)

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
                         (created.id, "grüße", "ä@example.com", -3, False, 0.0))
        self.assert_refused(grpc.StatusCode.ALREADY_EXISTS, "Create", user)

    def test_bad_neighbours(self):
        ok, taken = grpc.StatusCode.OK, grpc.StatusCode.ALREADY_EXISTS
        requests, expected = [], []
        for number in range(100):
            bad = number % 20 == 10
            name = f"user{number}" if bad else f"neighbour{number}"
            requests.append(self.perf.User(username=name))
            expected.append(taken if bad else ok)
        self.assertEqual(self.client.together("Create", requests), expected)
        self.assertEqual(self.database.count("answers"), ROWS + 95)

    def test_update(self):
        user = self.perf.User(id=7, username="other", is_active=True)
        self.assertEqual(self.client.unary("Update", user), user)
        self.assertEqual(self.stored(7), (7, "other", "", 0, True, 0.0))
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
        self.assertEqual(self.stored(7)[2:], ("", 1600000007000021, True, 2.5))
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
            request = b"\x08\x07\x12\x02\xc3\x28"
            if self.server.is_exact:
                self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, method,
                                    request)
            else:
                with self.assertRaises(grpc.RpcError):
                    self.client.unary(method, request)
        self.assertEqual(self.stored(7)[1], "user7")

    def test_stored_text_that_is_not_utf8(self):
        if self.database.name != "sqlite":
            self.skipTest("the database stores none")
        connection = self.database.connect("answers")
        connection.execute(
            "INSERT INTO perf_user VALUES (?, CAST(x'c328' AS TEXT), '', 0, 0,"
            " 0)", (MALFORMED,))
        connection.commit()
        for method in ("Retrieve", "PartialUpdate"):
            request = self.perf.PartialUpdateUserRequest(id=MALFORMED)
            if method == "PartialUpdate":
                request.score = 1
            with self.assertRaises(grpc.RpcError):
                self.client.unary(method, request)
        connection.text_factory = bytes
        self.assertEqual(
            connection.execute(
                "SELECT username, score FROM perf_user WHERE id = ?",
                (MALFORMED,)).fetchone(), (b"\xc3\x28", 0.0))
        connection.close()
        for method, request in (("ListRows", self.perf.ListUserRowsRequest()),
                                ("ListChunks", self.perf.ListUsersRequest())):
            if self.server.name == "ours":
                # The others are served.
                self.client.stream(method, request)
                continue
            with self.assertRaises(grpc.RpcError):
                self.client.stream(method, request)

    def test_bytes_that_are_no_message(self):
        for method in ("Retrieve", "List", "Create", "Update", "PartialUpdate",
                       "Destroy"):
            with self.assertRaises(grpc.RpcError):
                self.client.unary(method, b"\xff\xff")


def load_messages(protoc: str, protos: Path, folder: Path):
    here = Path(__file__).resolve().parent
    subprocess.run(
        [protoc, f"--proto_path={here}", f"--proto_path={protos}",
         f"--python_out={folder}", "perf.proto",
         "modelservice/annotations.proto"], check=True)
    sys.path.insert(0, str(folder))
    import perf_pb2
    return perf_pb2


def leave_out(what: str, packages: str) -> None:
    """Says what to install. In CI, where all must be there, it is an error."""
    line = f"{what} is left out; to have it: apt-get install {packages}"
    if os.environ.get("CI"):
        sys.exit(f"answers_test.py: {line}")
    print(line, file=sys.stderr)


def migrate_with(program: Path):

    def migrate(url: str) -> None:
        subprocess.run([str(program), "migrate", f"--database={url}"],
                       check=True, stdout=subprocess.DEVNULL, timeout=60)

    return staticmethod(migrate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protoc", default="protoc")
    parser.add_argument("--protos", type=Path, required=True)
    parser.add_argument("--handwritten", type=Path, required=True)
    parser.add_argument("--ours", type=Path)
    parser.add_argument("--databases", default="sqlite,postgres")
    arguments = parser.parse_args()
    names = arguments.databases.split(",")
    candidates = [servers.handwritten(arguments.handwritten)]
    if arguments.ours:
        Answers.migrate = migrate_with(arguments.ours)
        candidates.append(servers.ours(arguments.ours))
    suite = unittest.TestSuite()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        missing = servers.missing_for_django(names)
        if missing:
            leave_out("Django", missing)
        else:
            candidates.append(
                servers.django(
                    servers.make_stubs(arguments.protoc, arguments.protos,
                                       folder)))
        Answers.perf = load_messages(arguments.protoc, arguments.protos, folder)
        for kind in (Sqlite, Postgres):
            if kind.name not in names:
                continue
            if kind.missing():
                leave_out(kind.title, kind.missing())
                continue
            # What the tests do not depend on: that it outlives a power cut.
            database = stack.enter_context(kind(folder, durable=False))
            for candidate in candidates:
                case = type(f"{candidate.name}_on_{kind.name}",
                            (Answers, unittest.TestCase),
                            {"server": candidate, "database": database})
                suite.addTests(
                    unittest.defaultTestLoader.loadTestsFromTestCase(case))
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
