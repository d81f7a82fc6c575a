"""What Django's validators take and refuse, the server takes and refuses."""

import grpc
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from case import Case


class SameRules(Case):

    def agrees(self, field: str, value: str):
        # Django REST framework trims what it is sent.
        user = User(**{"username": "someone", field: value.strip()},
                    password="!")
        try:
            user.full_clean()
            expected = True
        except ValidationError as error:
            self.assertEqual(list(error.message_dict), [field], value)
            expected = False
        try:
            created = self.call("Create",
                                **{"username": "someone", field: value})
            self.assertEqual(getattr(created, field), value.strip())
            User.objects.filter(pk=created.id).delete()
            taken = True
        except grpc.RpcError as error:
            self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
            self.assertTrue(error.details().startswith(f"{field}: "), error)
            taken = False
        self.assertEqual(taken, expected, (field, value))

    def test_usernames(self):
        for value in ("a", "a.b@c+d-e_f", "0", "Ünï", "日本", "ⅷ½", "a b",
                      " a", "a ", "a\n", " ", "\u3000a\x1f", "a/b", "a'b",
                      "a\u0301", "-",
                      "a" * 150, "a" * 151, "é" * 150, "é" * 151, "💩"):
            with self.subTest(value=value):
                self.agrees("username", value)

    def test_email_addresses(self):
        for value in ("", "a@b.de", "a@b", "a@localhost", "@b.de", "a@",
                      "a b@c.de", "a..b@c.de", ".a@b.de", "a.@b.de", "a+b@c.de",
                      '"a b"@c.de', '"a@b"@c.de', '"a""b"@c.de', "a@b.d",
                      "a@-b.de", "a@b-.de", "a@b_c.de", "a@[127.0.0.1]",
                      "a@[::1]", "a@[300.0.0.1]", "a@[]", "a@[::1", "a@b.de ",
                      "a@b.de\n", "ü@b.de", "a@bücher.de", "a@日本.jp",
                      "a@b.рф", "a@@b.de", "a@b@c.de", "a@b.de.",
                      "a@.b.de", "a@b..de", "a@1.2.3.4", "a@xn--bcher-kva.de",
                      "x" * 64 + "@b.de", "a@" + "b" * 63 + ".de",
                      "a@" + "b" * 64 + ".de", "a@" + "b." * 120 + "de",
                      "a@" + "b." * 130 + "de", "!#$%&'*+/=?^`{}|~@b.de"):
            with self.subTest(value=value):
                self.agrees("email", value)
