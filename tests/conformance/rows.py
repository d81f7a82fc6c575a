"""Rows that Django wrote, read by the server, and the other way round."""

import datetime
import threading

import grpc
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, User

from case import Case

UTC = datetime.timezone.utc


class WrittenByDjango(Case):

    def test_every_column_is_read(self):
        joined = datetime.datetime(2021, 3, 4, 5, 6, 7, 123456, UTC)
        login = datetime.datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
        made = User.objects.create(
            username="Zoë-日本", email="z@bücher.example",
            first_name="Zoë 🐘", last_name="O'Neil \"x\"", is_staff=True,
            is_superuser=True, is_active=False, date_joined=joined, last_login=login)
        user = self.served(made.pk)
        self.assertEqual(
            (user.id, user.username, user.email, user.first_name,
             user.last_name, user.is_staff, user.is_superuser, user.is_active),
            (made.pk, made.username, made.email, made.first_name,
             made.last_name, True, True, False))
        self.assertEqual(user.date_joined.ToMicroseconds(),
                         1614834367123456)
        self.assertEqual(user.last_login.ToMicroseconds(), -1000000)
        self.assertEqual(user.password, "")

    def test_whole_seconds_and_null(self):
        joined = datetime.datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)
        made = User.objects.create_user("a", date_joined=joined)
        self.assertRegex(self.stored(made.pk)["date_joined"][1],
                         rb"^2038-01-19 03:14:08(\+00)?$")
        user = self.served(made.pk)
        self.assertEqual((user.date_joined.seconds, user.date_joined.nanos),
                         (1 << 31, 0))
        self.assertFalse(user.HasField("last_login"))
        self.assertTrue(user.is_active)

    def test_a_password_never_leaves(self):
        made = User.objects.create_user("a", password="secret")
        reply = self.raw("Retrieve",
                         self.pb.UserRetrieveRequest(id=made.pk))
        self.assertIn("pbkdf2_sha256", made.password)
        self.assertNotIn(b"pbkdf2", reply)

    def test_list_streams_all_by_key(self):
        User.objects.bulk_create(
            User(username=f"user{i}", email=f"u{i}@example.com")
            for i in range(2000))
        User.objects.filter(pk__in=(3, 1999)).delete()
        expected = list(
            User.objects.order_by("pk").values_list("pk", "username", "email"))
        self.assertEqual(
            [(user.id, user.username, user.email) for user in self.list()],
            expected)
        self.assertEqual(len(expected), 1998)


class WrittenByUs(Case):

    def test_django_reads_a_created_user(self):
        before = datetime.datetime.now(UTC)
        key = self.call("Create", username="Jürgen.日本",
                        email="j@example.com").id
        after = datetime.datetime.now(UTC)
        user = User.objects.get(username="Jürgen.日本")
        self.assertEqual((user.pk, user.email), (key, "j@example.com"))
        self.assertIs(user.is_active, True)
        self.assertIs(user.is_staff, False)
        self.assertIs(user.is_superuser, False)
        self.assertIs(user.last_login, None)
        self.assertEqual((user.first_name, user.last_name), ("", ""))
        self.assertFalse(user.has_usable_password())
        self.assertEqual(user.date_joined.tzinfo.utcoffset(None),
                         datetime.timedelta(0))
        self.assertLessEqual(before, user.date_joined)
        self.assertLessEqual(user.date_joined, after)
        self.assertEqual(
            User.objects.get(date_joined=user.date_joined, is_active=True,
                             last_login__isnull=True), user)
        self.assertEqual(
            User.objects.get(date_joined__gte=before,
                             date_joined__year__gte=2020,
                             date_joined__lte=after), user)
        user.full_clean()

    def test_columns_have_the_types_that_django_gives_them(self):
        ours = self.stored(self.call("Create", username="a").id)
        theirs = self.stored(User.objects.create_user("b").pk)
        for row in (ours, theirs):
            self.assertRegex(row["date_joined"][1].decode(),
                             r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?"
                             r"(\+00)?$")
        self.assertEqual({name: kind for name, (kind, _) in ours.items()},
                         {name: kind for name, (kind, _) in theirs.items()})

    def test_update_leaves_alone_what_the_client_does_not_know(self):
        made = User.objects.create_user(
            "ada", "ada@example.com", "secret", first_name="Ada",
            last_name="Lovelace", is_staff=True,
            last_login=datetime.datetime(2020, 1, 1, tzinfo=UTC))
        before = self.stored(made.pk)
        self.call("Update", id=made.pk, username="ada", email="new@x.com")
        after = self.stored(made.pk)
        self.assertEqual(after, {
            **before, "email": (before["email"][0], b"new@x.com")})
        self.assertEqual(authenticate(username="ada", password="secret"), made)
        self.assertIsNone(authenticate(username="ada", password="wrong"))

    def test_django_gives_a_created_user_a_password(self):
        user = User.objects.get(pk=self.call("Create", username="bob").id)
        self.assertIsNone(authenticate(username="bob", password=""))
        self.assertIsNone(authenticate(username="bob", password="!"))
        user.set_password("secret")
        user.save()
        self.assertEqual(authenticate(username="bob", password="secret"), user)

    def test_no_client_can_make_itself_more(self):
        """Even one that knows all of the fields."""
        sent = self.annotated["demo.User"](
            username="eve", password="md5$$5f4dcc3b5aa765d61d8327deb882cf99",
            is_superuser=True, is_staff=True, is_active=False)
        sent.date_joined.FromSeconds(1)
        for method in ("Create", "Update"):
            reply = self.raw(method, sent)
            sent.id = self.pb.User.FromString(reply).id
            user = User.objects.get(username="eve")
            self.assertEqual(
                (user.password, user.is_superuser, user.is_staff,
                 user.is_active), ("!", False, False, True))
            self.assertGreater(user.date_joined.year, 2000)

    def test_destroy(self):
        users = [User.objects.create_user(name) for name in "abc"]
        users[1].groups.add(Group.objects.create(name="staff"))
        self.call("Destroy", id=users[0].pk)
        # Django's foreign keys are checked at COMMIT; a client is told at once.
        self.refused("FAILED_PRECONDITION",
                     "User cannot be deleted: other rows refer to it.",
                     "Destroy", id=users[1].pk)
        self.call("Destroy", id=users[2].pk)
        self.assertEqual(list(User.objects.all()), [users[1]])
        self.assertEqual(users[1].groups.count(), 1)


class SideBySide(Case):

    def test_django_and_the_server_write_at_the_same_time(self):
        each = 100
        failures = []

        def create():
            try:
                for i in range(each):
                    self.call("Create", username=f"ours{i}")
            except grpc.RpcError as error:
                failures.append(error)

        thread = threading.Thread(target=create)
        thread.start()
        for i in range(each):
            User.objects.create(username=f"theirs{i}")
        thread.join(60)
        self.assertFalse(thread.is_alive())
        self.assertEqual(failures, [])
        users = self.list()
        self.assertEqual(len(users), 2 * each)
        self.assertEqual({user.username for user in users},
                         set(User.objects.values_list("username", flat=True)))
