"""The base of the test cases: a client of the server and Django's ORM over one
database. To be imported once Django is set up."""

import unittest

import grpc
from django.contrib.auth.models import Group, User
from django.core.management.color import no_style
from django.db import connection

TIMEOUT_SECONDS = 20


class Case(unittest.TestCase):
    """Each test starts with no users, and ids from 1 on."""

    maxDiff = None

    # Set by main.
    channel = None
    stub = None  # a client's, from the proto without annotations
    pb = None  # its messages
    annotated = None  # messages by name: the server's, and error details

    def setUp(self):
        User.objects.all().delete()
        Group.objects.all().delete()
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_by_name_sql(
                    no_style(), [{"table": "auth_user", "column": "id"}]):
                cursor.execute(sql)

    def call(self, method: str, **fields):
        request = (self.pb.UserRetrieveRequest
                   if method == "Retrieve" else self.pb.User)(**fields)
        return getattr(self.stub, method)(request, timeout=TIMEOUT_SECONDS)

    def list(self) -> list:
        return list(self.stub.List(self.pb.UserListRequest(),
                                   timeout=TIMEOUT_SECONDS))

    def raw(self, method: str, request) -> bytes:
        """The bytes of a unary call's reply."""
        return self.channel.unary_unary(f"/demo.UserController/{method}")(
            request.SerializeToString(), timeout=TIMEOUT_SECONDS)

    def refused(self, code: str, words: str, method: str, **fields):
        """The details of a refusal, by their types' names."""
        with self.assertRaises(grpc.RpcError) as caught:
            self.call(method, **fields)
        error = caught.exception
        self.assertEqual((error.code().name, error.details()), (code, words))
        trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
        status_type = self.annotated["modelservice.StatusDetails"]
        details = {}
        for detail in status_type.FromString(trailer).details:
            name = detail.type_url.rpartition(".")[2]
            details[name] = self.annotated[f"modelservice.{name}"].FromString(
                detail.value)
        return details

    def served(self, key: int):
        """The whole row as the server knows it."""
        return self.annotated["demo.User"].FromString(
            self.raw("Retrieve", self.pb.UserRetrieveRequest(id=key)))

    def stored(self, key: int) -> dict:
        """The whole row as it is in the database: column -> (type, value), as
        the database names and writes them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM auth_user WHERE id = %s", [key])
            names = [column[0] for column in cursor.description]
            if connection.vendor == "sqlite":
                of_type, of_value = "typeof({})", "CAST({} AS BLOB)"
            else:
                of_type = "CAST(pg_typeof({}) AS text)"
                of_value = "convert_to(CAST({} AS text), 'UTF8')"
            types = ", ".join(map(of_type.format, names))
            values = ", ".join(map(of_value.format, names))
            cursor.execute(
                f"SELECT {types}, {values} FROM auth_user WHERE id = %s", [key])
            row = cursor.fetchone()
        values = (None if value is None else bytes(value)
                  for value in row[len(names):])
        return dict(zip(names, zip(row[:len(names)], values)))
