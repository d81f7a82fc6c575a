"""What the facts about django-socio-grpc (D) are told with: the list of them, a
client, and what D's clients say in metadata."""

import json

TIMEOUT_SECONDS = 20
FACTS = []


def fact(words: str):
    """A test of what D does, in the words of the list of facts or of the
    transcript of its answers."""

    def add(check):
        FACTS.append((words, check))
        return check

    return add


class Client:
    """Calls methods by their names, with requests as dictionaries."""

    def __init__(self, channel, messages):
        self._channel = channel
        self._messages = messages

    def _types(self, method: str):
        service, _, name = method.partition(".")
        described = self._messages.service(f"socio.{service}")
        found = described.methods_by_name[name]
        return (f"/socio.{service}/{name}",
                self._messages[found.input_type.full_name],
                self._messages[found.output_type.full_name])

    def call(self, method: str, metadata=(), **fields):
        """(reply, the trailers)."""
        path, request, reply = self._types(method)
        answer, call = self._channel.unary_unary(
            path, request_serializer=request.SerializeToString,
            response_deserializer=reply.FromString).with_call(
                request(**fields), metadata=metadata, timeout=TIMEOUT_SECONDS)
        return answer, call.trailing_metadata()

    def stream(self, method: str, metadata=(), **fields) -> list:
        path, request, reply = self._types(method)
        return list(self._channel.unary_stream(
            path, request_serializer=request.SerializeToString,
            response_deserializer=reply.FromString)(
                request(**fields), metadata=metadata, timeout=TIMEOUT_SECONDS))

    def user(self, method: str, metadata=(), **fields):
        return self.call(f"UserController.{method}", metadata, **fields)[0]

    def fill(self, *names: str) -> list:
        return [self.user("Create", username=name, email=f"{name}@x.com")
                for name in names]


def said(**values) -> tuple:
    """Metadata in JSON."""
    return tuple((key, json.dumps(value)) for key, value in values.items())


def token(name: str) -> tuple:
    return said(headers={"Authorization": f"Token {name}"})
