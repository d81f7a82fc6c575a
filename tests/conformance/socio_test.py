#!/usr/bin/python3
"""Drop-in for django-socio-grpc (D): its clients' requests, Django's own
tables, our server. Takes the options of django_test.py.

Each fact is what D was seen to do, and how it is asked for here.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import unittest
from pathlib import Path

import django_test  # its imports are skipped in one place
import grpc

import django_site
import harness
from socio_case import FACTS, Client, fact, said, token

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class SocioTest(unittest.TestCase):
    client = None
    maxDiff = None

    def setUp(self):
        from django.contrib.auth.models import Group, User
        User.objects.all().delete()
        Group.objects.all().delete()

    def refused(self, code: str, call):
        """The details, which are JSON."""
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        error = caught.exception
        self.assertEqual(error.code().name, code, error.details())
        return json.loads(error.details())

    def test_facts(self):
        for words, check in FACTS:
            with self.subTest(words):
                self.setUp()
                check(self, self.client)


def names(rows) -> list:
    return [row.username for row in rows]


@fact("create a OK 'id: 1 username: \"a\" email: \"a@x.com\" '")
def _(test, client):
    reply = client.user("Create", username="a", email="a@x.com")
    test.assertGreater(reply.id, 0)
    test.assertEqual((reply.username, reply.email), ("a", "a@x.com"))


@fact("create no email OK 'id: 4 username: \"d\" email: \"\" '")
def _(test, client):
    reply = client.user("Create", username="d")
    test.assertEqual(reply.email, "")


@fact("create dup INVALID_ARGUMENT '{\"username\": [{\"message\": \"A user with "
      "that username already exists.\", \"code\": \"unique\"}]}': of another "
      "model \"user with this username already exists.\"")
def _(test, client):
    client.fill("a")
    test.assertEqual(
        test.refused("ALREADY_EXISTS",
                     lambda: client.user("Create", username="a")),
        {"username": [{"message": "user with this username already exists.",
                       "code": "unique"}]})


@fact("create empty INVALID_ARGUMENT '{\"username\": [{\"message\": \"This field "
      "may not be blank.\", \"code\": \"blank\"}]}'")
def _(test, client):
    test.assertEqual(
        test.refused("INVALID_ARGUMENT", lambda: client.user("Create")),
        {"username": [{"message": "This field may not be blank.",
                       "code": "blank"}]})


@fact("create bad email INVALID_ARGUMENT '{\"email\": [{\"message\": \"Enter a "
      "valid email address.\", \"code\": \"invalid\"}]}'")
def _(test, client):
    test.assertEqual(
        test.refused("INVALID_ARGUMENT",
                     lambda: client.user("Create", username="b", email="x")),
        {"email": [{"message": "Enter a valid email address.",
                    "code": "invalid"}]})


@fact("retrieve 99 NOT_FOUND '{\"message\": \"User: 99 not found!\", \"code\": "
      "\"not_found\"}'")
def _(test, client):
    test.assertEqual(
        test.refused("NOT_FOUND", lambda: client.user("Retrieve", id=999)),
        {"message": "User: 999 not found!", "code": "not_found"})


@fact("update no email OK 'id: 1 username: \"a2\" email: \"a@x.com\" ': Update "
      "keeps an absent optional")
def _(test, client):
    user, = client.fill("a")
    reply = client.user("Update", id=user.id, username="a2")
    test.assertEqual((reply.username, reply.email), ("a2", "a@x.com"))


@fact("List is unary {results, count}, Stream is the streaming one")
def _(test, client):
    client.fill("a", "b")
    reply = client.user("List")
    test.assertEqual((names(reply.results), reply.count), (["a", "b"], 2))
    test.assertEqual(names(client.stream("UserController.Stream")), ["a", "b"])


@fact("PartialUpdate takes repeated string _partial_update_fields and writes "
      "only those")
def _(test, client):
    user, = client.fill("a")
    reply = client.user("PartialUpdate", id=user.id, username="b",
                        first_name="f", _partial_update_fields=["first_name"])
    test.assertEqual((reply.username, reply.first_name), ("a", "f"))


@fact("listed but absent: NULL if nullable, else zero")
def _(test, client):
    from django.contrib.auth.models import User
    from django.utils import timezone
    user, = client.fill("a")
    User.objects.filter(pk=user.id).update(last_login=timezone.now())
    reply = client.user("PartialUpdate", id=user.id,
                        _partial_update_fields=["email", "last_login"])
    test.assertEqual(reply.email, "")
    stored = User.objects.get(pk=user.id)
    test.assertEqual((stored.email, stored.last_login), ("", None))


@fact("unknown names ignored; empty list is a no-op")
def _(test, client):
    user, = client.fill("a")
    for listed in (["nobody"], []):
        reply = client.user("PartialUpdate", id=user.id, username="b",
                            _partial_update_fields=listed)
        test.assertEqual((reply.username, reply.email), ("a", "a@x.com"))


@fact("request metadata `filters` (JSON, one value a field or a list)")
def _(test, client):
    client.fill("a", "b", "c")
    for filters, found in (({"username": "b"}, ["b"]),
                           ({"username": ["a", "c", "x"]}, ["a", "c"]),
                           ({"username__gt": "a", "email": "c@x.com"}, ["c"])):
        metadata = said(filters=filters)
        reply = client.user("List", metadata)
        test.assertEqual((names(reply.results), reply.count),
                         (found, len(found)))
        test.assertEqual(
            names(client.stream("UserController.Stream", metadata)), found)


@fact("`pagination` (JSON page, page_size); Stream is paged too")
def _(test, client):
    client.fill("a", "b", "c", "d", "e")
    for page, found in (({}, ["a", "b", "c"]), ({"page": 2}, ["d", "e"]),
                        ({"page": 3, "page_size": 2}, ["e"]),
                        ({"page": "last"}, ["d", "e"]),
                        ({"page": "last", "page_size": 2}, ["e"]),
                        ({"page_size": 1}, ["a"])):
        metadata = said(pagination=page)
        reply = client.user("List", metadata)
        test.assertEqual((names(reply.results), reply.count), (found, 5))
        test.assertEqual(
            names(client.stream("UserController.Stream", metadata)), found)


@fact("a page past the end NOT_FOUND `Invalid page.`")
def _(test, client):
    client.fill("a")
    for page in (2, "Last", "end"):
        metadata = said(pagination={"page": page})
        for call in (lambda: client.user("List", metadata),
                     lambda: client.stream("UserController.Stream", metadata)):
            test.assertEqual(test.refused("NOT_FOUND", call),
                             {"message": "Invalid page.", "code": "not_found"})


@fact("Pages: number, limit/offset")
def _(test, client):
    client.fill("a", "b", "c", "d", "e")
    for page, found in (({"limit": 2, "offset": 1}, ["b", "c"]),
                        ({"offset": 3}, ["d", "e"]), ({"limit": 1}, ["a"]),
                        ({"limit": 2, "offset": 5}, [])):
        metadata = said(pagination=page)
        reply = client.user("List", metadata)
        test.assertEqual((names(reply.results), reply.count), (found, 5))
        test.assertEqual(
            names(client.stream("UserController.Stream", metadata)), found)


@fact("Filters: `search` (terms ANDed, fields ORed), `ordering` (\"-a,b\")")
def _(test, client):
    client.fill("ann", "bob", "joann")
    for filters, found in (({"search": "ANN"}, ["ann", "joann"]),
                           ({"search": "jo ann"}, ["joann"]),
                           ({"ordering": "-username"},
                            ["joann", "bob", "ann"]),
                           ({"ordering": ["email", "-id"], "search": "ann"},
                            ["ann", "joann"])):
        metadata = said(filters=filters)
        reply = client.user("List", metadata)
        test.assertEqual((names(reply.results), reply.count),
                         (found, len(found)))
        test.assertEqual(
            names(client.stream("UserController.Stream", metadata)), found)


@fact("ValidationError/ParseError INVALID_ARGUMENT")
def _(test, client):
    for metadata in ((("filters", "{"),), (("pagination", "x"),)):
        test.refused("INVALID_ARGUMENT", lambda: client.user("List", metadata))


@fact("filters and pages come as JSON in metadata keys filters, pagination, "
      "headers")
def _(test, client):
    reply, _ = client.call("GroupController.Create", token("staff"), name="g")
    test.assertEqual(reply.name, "g")
    # A header of its own is one, too, and the first to be asked.
    reply, _ = client.call("GroupController.Create",
                           (("authorization", "Token staff"),
                            *token("nobody")), name="h")
    test.assertEqual(reply.name, "h")


@fact("NotAuthenticated/AuthenticationFailed UNAUTHENTICATED")
def _(test, client):
    for metadata in ((), token("nobody"), (("headers", "no JSON"),),
                     said(headers=["Authorization"]),
                     said(headers={"Authorization": 5})):
        details = test.refused(
            "UNAUTHENTICATED",
            lambda: client.call("GroupController.Create", metadata, name="g"))
        test.assertIn("message", details)


@fact("PermissionDenied PERMISSION_DENIED")
def _(test, client):
    details = test.refused(
        "PERMISSION_DENIED",
        lambda: client.call("GroupController.Create", token("ann"), name="g"))
    test.assertIn("message", details)


@fact("Throttled RESOURCE_EXHAUSTED")
def _(test, client):
    group, _ = client.call("GroupController.Create", token("staff"), name="g")
    for _ in range(2):
        client.call("GroupController.Retrieve", token("ann"), id=group.id)
    details = test.refused(
        "RESOURCE_EXHAUSTED",
        lambda: client.call("GroupController.Retrieve", token("ann"),
                            id=group.id))
    test.assertIn("message", details)
    # Another caller's are others.
    client.call("GroupController.Retrieve", token("bob"), id=group.id)


@fact("DEFECT: IntegrityError is UNKNOWN")
def _(test, client):
    from django.contrib.auth.models import User
    user, other = client.fill("a", "b")
    details = test.refused(
        "ALREADY_EXISTS",
        lambda: client.user("Update", id=other.id, username="a"))
    test.assertEqual(details["username"][0]["code"], "unique")
    test.assertEqual(User.objects.get(pk=other.id).username, "b")
    test.assertEqual(User.objects.get(pk=user.id).username, "a")


@fact("Order: middlewares, authentication, permissions, action, after_action")
def _(test, client):
    _, trailers = client.call("GroupController.Create", token("staff"),
                              name="g")
    test.assertEqual([value for key, value in trailers if key == "was"],
                     ["middleware", "authentication", "permissions", "action",
                      "after_action"])


@fact("Create and Update take XRequest with the columns side by side, answer "
      "XResponse, whose field numbers may differ")
def _(test, client):
    request = client._messages["socio.UserRequest"].DESCRIPTOR
    response = client._messages["socio.UserResponse"].DESCRIPTOR
    test.assertNotEqual(request.fields_by_name["email"].number,
                        response.fields_by_name["email"].number)
    user = client.user("Create", id=77, username="a", email="a@x.com")
    test.assertNotEqual(user.id, 77)
    test.assertEqual(user.email, "a@x.com")


@fact("error details are JSON (json.loads(e.details()))")
def _(test, client):
    details = test.refused(
        "INVALID_ARGUMENT",
        lambda: client.user("Create", username="x" * 151, email='"\n'))
    test.assertEqual(set(details), {"username", "email"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--grpc-plugin", required=True)
    parser.add_argument("--postgres", type=Path)
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder, \
         contextlib.ExitStack() as cleanup:
        out = Path(folder)
        url = f"sqlite:{out}/django.sqlite3"
        if arguments.postgres:
            url = cleanup.enter_context(django_test.postgres(arguments.postgres))
        django_site.make(url)
        from django.db import connection
        messages = harness.Messages(
            arguments.protoc, [HERE / "socio", ROOT / "protos"],
            ["socio.proto"], out)
        settings = out / "socio.textproto"
        settings.write_text("""
            interceptor: "marks"
            interceptor: "authentication"
            interceptor: "permissions"
            authenticator { custom: "tokens" }
        """)
        with harness.Server(arguments.server, url,
                            f"--config={settings}") as address, \
             grpc.insecure_channel(address) as channel:
            SocioTest.client = Client(channel, messages)
            program = unittest.main(module=__name__, argv=[__file__],
                                    exit=False)
            connection.close()
    sys.exit(not program.result.wasSuccessful())


if __name__ == "__main__":
    main()
