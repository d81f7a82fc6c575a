"""What django-grpc-framework answers, call by call. Where it answers UNKNOWN to
a validation error, the server gives the code that it should have."""

from django.db import connection
from google.protobuf import text_format

from case import Case


def one_line(message) -> str:
    return text_format.MessageToString(message, as_one_line=True)


class Transcript(Case):

    def test_calls(self):
        self.assertEqual(
            one_line(self.call("Create", username="tom", email="t@x.com")),
            'id: 1 username: "tom" email: "t@x.com"')
        words = "user with this username already exists."
        details = self.refused("ALREADY_EXISTS", words, "Create",
                               username="tom", email="t2@x.com")
        violation, = details["BadRequest"].field_violations
        self.assertEqual((violation.field, violation.description),
                         ("username", words))
        self.refused("INVALID_ARGUMENT",
                     "username: This field may not be blank.", "Create")
        details = self.refused(
            "INVALID_ARGUMENT", "email: Enter a valid email address.",
            "Create", username="bad", email="nonsense")
        violation, = details["BadRequest"].field_violations
        self.assertEqual((violation.field, violation.description),
                         ("email", "Enter a valid email address."))
        self.assertEqual(one_line(self.call("Retrieve", id=1)),
                         'id: 1 username: "tom" email: "t@x.com"')
        details = self.refused("NOT_FOUND", "User: 99 not found!", "Retrieve",
                               id=99)
        self.assertEqual(details["ErrorInfo"].reason, "NOT_FOUND")
        self.assertEqual(details["ResourceInfo"].resource_type, "User")
        self.assertEqual(details["ResourceInfo"].resource_name, "99")
        self.assertEqual(
            one_line(self.call("Update", id=1, username="tom2")),
            'id: 1 username: "tom2"')
        self.refused("NOT_FOUND", "User: 99 not found!", "Update", id=99,
                     username="x")
        # The key that a client sends on Create is ignored.
        second = self.call("Create", id=50, username="id50", email="t@x.com").id
        # PostgreSQL's sequence has counted the one that was refused.
        self.assertEqual(second, 2 if connection.vendor == "sqlite" else 3)
        self.assertEqual([one_line(user) for user in self.list()],
                         ['id: 1 username: "tom2"',
                          f'id: {second} username: "id50" email: "t@x.com"'])
        self.assertEqual(one_line(self.call("Destroy", id=1)), "")
        self.refused("NOT_FOUND", "User: 1 not found!", "Destroy", id=1)
        self.assertEqual([user.id for user in self.list()], [second])
