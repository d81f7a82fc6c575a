"""Rows that Django writes, one or more for every table of the site."""

import datetime
import decimal
import uuid

from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.migrations.recorder import MigrationRecorder

UTC = datetime.timezone.utc


def _kind(documents, tag, **others):
    from kinds.models import Kind
    values = dict(
        big_integer=-2**63, binary=b"\x00\xff", boolean=True,
        char="blank not", date=datetime.date(2024, 2, 29),
        datetime=datetime.datetime(2024, 2, 29, 13, 14, 15, 123456, UTC),
        decimal=decimal.Decimal("-1234567890.25"),
        duration=datetime.timedelta(days=-1, microseconds=7),
        email="a@b.cd", file="files/x.txt", file_path="/tmp/y",
        float_number=0.1, address="2001:db8::1", integer=2**31 - 1,
        json={"a": [1, None, "x"], "b": {}}, positive_big_integer=2**63 - 1,
        positive_integer=2**31 - 1, positive_small_integer=2**15 - 1,
        slug="a-b_c", small_integer=-2**15, text="'\"\\\n\u00e9\U0001f600",
        time=datetime.time(23, 59, 59, 999999), url="https://example.com/?q=1",
        uuid=uuid.UUID("0123456789abcdef0123456789abcdef"),
        document=documents[0], by_name=tag)
    return Kind.objects.create(**{**values, **others})


def write() -> None:
    from kinds.models import Detail, Document, Tag
    tags = [Tag.objects.create(name=name) for name in ("one", "two")]
    documents = [Document.objects.create(title=title) for title in "ab"]
    full = _kind(
        documents, tags[0], boolean_null=False, char_null="",
        date_null=datetime.date(1, 1, 1),
        datetime_null=datetime.datetime(1969, 12, 31, 23, 59, 59, 0, UTC),
        decimal_null=decimal.Decimal("0.10"), float_null=-1.5e300,
        address_null="10.0.0.1", integer_null=0, json_null=[],
        time_null=datetime.time(0, 0), uuid_null=uuid.uuid4(),
        document_null=documents[1])
    _kind(documents, tags[1], char="empty", boolean=False, text="", slug="",
          binary=b"", json=0, decimal=decimal.Decimal(0), float_number=0,
          duration=datetime.timedelta(), big_integer=0, integer=0,
          small_integer=0, positive_integer=0, positive_small_integer=0,
          positive_big_integer=0)
    full.tags.add(tags[0])
    Detail.objects.create(kind=full, note="of a key that refers")

    user = User.objects.create_user("ada", "ada@example.com", "secret")
    group = Group.objects.create(name="all")
    permission = Permission.objects.first()
    user.groups.add(group)
    user.user_permissions.add(permission)
    group.permissions.add(permission)
    Session.objects.create(
        session_key="k" * 32, session_data="d",
        expire_date=datetime.datetime(2030, 1, 1, tzinfo=UTC))
    LogEntry.objects.log_action(
        user.pk, ContentType.objects.get_for_model(User).pk, user.pk, "ada",
        ADDITION, "made")


def models() -> list:
    """Every model of the site, those of relations too."""
    return [*apps.get_models(include_auto_created=True),
            MigrationRecorder.Migration]


# What a second row of a table has to differ in, by the table's name: columns
# and values, or functions that make one.
def differences() -> dict:
    from kinds.models import Document, Kind, Tag
    other = Kind.objects.order_by("-id").first()
    return {
        "auth_group": {"name": "others"},
        "auth_group_permissions": {"permission_id":
                                   Permission.objects.last().pk},
        "auth_permission": {"codename": "other"},
        "auth_user": {"username": "grace"},
        "auth_user_groups": {"user_id": User.objects.create(username="x").pk},
        "auth_user_user_permissions": {"permission_id":
                                       Permission.objects.last().pk},
        "django_content_type": {"model": "other"},
        "django_session": {"session_key": "l" * 32},
        "kinds_detail": {"kind_id": other.pk},
        "kinds_document": {"key": uuid.uuid4()},
        "kinds_kind": {"char": "other"},
        "kinds_kind_tags": {"tag_id": Tag.objects.get(name="two").pk},
        "kinds_tag": {"name": "three"},
    }
