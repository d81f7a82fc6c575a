"""Makes a database as Django and its REST framework do, for tests.

django_test_site.py ENGINE NAME [HOST PORT USER] makes the tables and the users:

  alice  staff, in the groups editors and readers, with permissions of both and
         one of her own; has a token
  bob    inactive; has a token
  carol  hashed by pbkdf2_sha1
  dave   hashed by something else
  erin   has no password
  root   superuser

django_test_site.py ... password NAME PASSWORD gives a user a new password.
"""
import sys

import django
from django.conf import settings

engine, name, host, port, user = (sys.argv[1:] + [""] * 5)[:5]
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": f"django.db.backends.{engine}",
            "NAME": name,
            "HOST": host,
            "PORT": port,
            "USER": user,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework.authtoken",
    ],
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    SECRET_KEY="for tests",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from rest_framework.authtoken.models import Token


def permission(codename):
    return Permission.objects.get(codename=codename)


def set_up():
    call_command("migrate", verbosity=0)
    editors = Group.objects.create(name="editors")
    editors.permissions.add(permission("change_user"), permission("view_user"))
    readers = Group.objects.create(name="readers")
    readers.permissions.add(permission("view_user"), permission("view_group"))
    Group.objects.create(name="others").permissions.add(
        permission("delete_user")
    )

    create = User.objects.create_user
    alice = create("alice", "alice@example.com", "wonderland", is_staff=True)
    alice.groups.add(readers, editors)
    alice.user_permissions.add(permission("add_user"))
    bob = create("bob", password="builder", is_active=False)
    create("zoë", password="pässwörd:with: all")
    User.objects.create(
        username="carol",
        password=make_password("singer", hasher="pbkdf2_sha1"),
    )
    User.objects.create(
        username="dave", password=make_password("jones", hasher="md5")
    )
    create("erin")
    User.objects.create_superuser("root", password="toor")
    Token.objects.create(user=alice, key="a" * 40)
    Token.objects.create(user=bob, key="b" * 40)


if "password" in sys.argv:
    who, password = sys.argv[-2:]
    account = User.objects.get(username=who)
    account.set_password(password)
    account.save()
else:
    set_up()
