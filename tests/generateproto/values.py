"""The same values for Django and in messages."""

import datetime
import decimal
import json
import uuid

from django.db import connection, models
from google.protobuf import json_format


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def target(field: models.Field) -> models.Field:
    """The column that a foreign key holds the value of, else the field."""
    while field.remote_field:
        field = field.target_field
    return field


def to_python(field: models.Field, value):
    """What Django has for what a message holds."""
    field = target(field)
    if isinstance(field, models.DateTimeField):
        return value.ToDatetime(datetime.timezone.utc)
    if isinstance(field, models.DateField):
        return datetime.date.fromisoformat(value)
    if isinstance(field, models.TimeField):
        return datetime.time.fromisoformat(value)
    if isinstance(field, models.DurationField):
        # SQLite has no durations: Django stores microseconds.
        return (datetime.timedelta(microseconds=value) if _is_sqlite()
                else value.ToTimedelta())
    if isinstance(field, models.DecimalField):
        return decimal.Decimal(value)
    if isinstance(field, models.UUIDField):
        return uuid.UUID(value)
    if isinstance(field, models.JSONField):
        return json.loads(json_format.MessageToJson(value))
    return value


def set_field(message, name: str, field: models.Field, value) -> None:
    """Puts a value of Django's into a message."""
    field = target(field)
    if isinstance(field, models.UUIDField):
        value = str(value)
    setattr(message, name, value)
