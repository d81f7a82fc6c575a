"""A client of what generateproto wrote: its calls by the names of methods, and
Django's models beside their messages.
"""

import base64
import hashlib
import hmac
import json

import values

SECONDS = 20
SECRET = b"0123456789abcdef0123456789abcdef"
# What generateproto takes for secrets, by table.
SECRETS = {"auth_user": {"password"},
           "django_session": {"session_key", "session_data"}}


def token() -> str:
    """A web token: what generateproto writes is for those who have one."""
    def encode(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")
    text = ".".join(encode(json.dumps(part).encode())
                    for part in ({"alg": "HS256"}, {"sub": "tester",
                                                    "exp": 1 << 33}))
    mac = hmac.new(SECRET, text.encode(), hashlib.sha256).digest()
    return f"{text}.{encode(mac)}"


CREDENTIALS = (("authorization", f"Bearer {token()}"),)


class Client:
    """Calls by the names of methods and the descriptors of a .proto."""

    def __init__(self, channel, messages, package: str):
        self.channel = channel
        self._messages = messages
        self.package = package

    def message(self, name: str):
        return self._messages[f"{self.package}.{name}"]

    def names(self) -> list:
        return self._messages.names(self.package)

    def unary(self, method: str, request, reply):
        return self.channel.unary_unary(
            f"/{self.package}.{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=reply.FromString)(
                request, timeout=SECONDS, metadata=CREDENTIALS)

    def stream(self, method: str, request, reply) -> list:
        return list(self.channel.unary_stream(
            f"/{self.package}.{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=reply.FromString)(
                request, timeout=SECONDS, metadata=CREDENTIALS))


class Table:
    """One model of Django's, and its message."""

    def __init__(self, client: Client, model):
        self.model = model
        self.client = client
        self.name = self._message_name()
        self.message = client.message(self.name)
        known = {field.name for field in self.message.DESCRIPTOR.fields}
        # Fields by their names in the message.
        self.fields = {
            field.name if field.name in known else field.column: field
            for field in model._meta.concrete_fields}
        self.key = next(name for name, field in self.fields.items()
                        if field.primary_key)
        self.secrets = SECRETS.get(model._meta.db_table, set())

    def shown(self, row: dict) -> dict:
        """Of Django's row what a reply has."""
        return {name: "" if name in self.secrets else value
                for name, value in row.items()}

    def _message_name(self) -> str:
        """Of Django's lower-case name only the first letter is known to be a
        capital; generateproto knows django.contrib's own."""
        wanted = self.model.__name__.replace("_", "").lower()
        names = self.client.names()
        return next(name for name in names if name.lower() == wanted)

    def rows(self) -> dict:
        """By key, as Django has them."""
        names = [field.attname for field in self.fields.values()]
        return {getattr(row, self.model._meta.pk.attname):
                {name: getattr(row, name) for name in names}
                for row in self.model._default_manager.all()}

    def values_of(self, message) -> dict:
        """As Django would have them."""
        result = {}
        for name, field in self.fields.items():
            descriptor = message.DESCRIPTOR.fields_by_name[name]
            absent = (descriptor.has_presence and not message.HasField(name))
            result[field.attname] = (
                None if absent
                else values.to_python(field, getattr(message, name)))
        return result

    def plain(self, row: dict) -> dict:
        return {name: bytes(value) if isinstance(value, memoryview) else value
                for name, value in row.items()}
