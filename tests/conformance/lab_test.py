#!/usr/bin/python3
"""Every call of a transcript of django-grpc-framework, made again.

    lab_test.py --server PROGRAM --protoc PROGRAM --grpc-plugin PROGRAM
                [--postgres PROGRAM]

Django makes the tables of lab/models.py and the rows of lab/seeds.py; clients of
lab/protos, which the framework wrote for these models (but f_kind.proto, written in
its manner), call our server, made from lab/annotated: the same protos and what they
leave unsaid. Before each call the database is as it was at first.
lab/transcript.jsonl has what the framework answered. Where it answers UNKNOWN, which
tells its clients nothing, the right code is ours; its words are the same. Then Django
REST framework's serializers and the server are asked about lab/words.py.
"""

import argparse
import ast
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import django_test  # skips where a package is missing
import django
import django_site
import grpc
import harness
from django.db import connection
from django.utils.dateparse import parse_duration
from google.protobuf import json_format

try:
    import rest_framework
except ImportError as error:
    django_test.skip(f"{error}; install python3-djangorestframework")
del rest_framework

HERE = Path(__file__).resolve().parent
LAB = HERE / "lab"
SECONDS = 20
MODELS = ("Text", "Number", "When", "Author", "Tag", "BigKey", "IntKey",
          "Kind", "Named", "User")
# Fields that hold their zero, too: protobuf 26 has another name for it.
WITH_ZEROS = ({"including_default_value_fields": True}
              if "including_default_value_fields" in
              json_format.MessageToDict.__code__.co_varnames else
              {"always_print_fields_with_no_presence": True})

# Calls of the transcript whose request is longer than what it keeps of it.
CUT = "..."

# Where we answer otherwise, and why: by call, our code.
OTHERWISE = {
    # Rows of tables that are not here referred to these.
    "Tag.Update valid": "OK",
    "Tag.Destroy first": "OK",
    "Tag.Destroy protected": "OK",
    # Django deletes what refers to a row before the row, unseen by the database.
    "User.Destroy with groups": "FAILED_PRECONDITION",
    # Words of a model's own, `error_messages` of Django's User.
    "User.Create taken": "ALREADY_EXISTS",
    "User.Update taken": "ALREADY_EXISTS",
    "User.Create slash": "INVALID_ARGUMENT",
    # The framework cannot put these into a reply.
    "Number.Create ratio inf": "OK",
    "Number.Create ratio -inf": "OK",
    "Number.Create ratio nan": "OK",
    # What Python takes for a number.
    "Number.Create price '1_000'": "INVALID_ARGUMENT",
    "Number.Create price '\u0661'": "INVALID_ARGUMENT",
    # The framework answers what was sent; the database holds 0.00.
    "Number.Create price '-0'": "OK",
    # The framework passes over the zone.
    "When.Create time '10:00:00Z'": "INVALID_ARGUMENT",
    "When.Create time '10:00:00+02:00'": "INVALID_ARGUMENT",
    # RFC 3339 has small letters, too.
    "When.Create at '2020-01-01T10:00:00z'": "OK",
    "Text.Nope no such method": "UNIMPLEMENTED",
}
# What PostgreSQL has, and Django does not.
OTHERWISE_ON_POSTGRES = {
    "When.Create date '10000-01-01'": "OK",
    "When.Create time '24:00:00'": "OK",
    "When.Create length '1000000000 00:00:00'": "OK",
    # A span is kept as it was written.
    "When.Create length '-00:00:01'": "OK",
}


class Rows:
    """The rows of all tables, to be put back."""

    def __init__(self, tables: list):
        # Those that others refer to come first.
        self._tables = [connection.ops.quote_name(table) for table in tables]
        with connection.cursor() as cursor:
            for number, table in enumerate(self._tables):
                cursor.execute(f"CREATE TABLE kept_{number} AS "
                               f"SELECT * FROM {table}")

    def put_back(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            for table in reversed(self._tables):
                cursor.execute(f"DELETE FROM {table}")
            for number, table in enumerate(self._tables):
                cursor.execute(f"INSERT INTO {table} "
                               f"SELECT * FROM kept_{number}")
            cursor.execute("COMMIT")


def value_of(text: str):
    """A value as Python writes it."""
    if text in ("inf", "-inf", "nan"):
        return float(text)
    return ast.literal_eval(text)


def stubs(protoc: str, grpc_plugin: str, out: Path) -> dict:
    """Of each model, the messages and the services of its proto."""
    return {model: harness.import_stubs(
        protoc, grpc_plugin, LAB / "protos" / f"f_{model.lower()}.proto", out)
        for model in MODELS}


class Lab(unittest.TestCase):
    maxDiff = None
    stubs = None
    channel = None
    details = None  # messages of error details
    rows = None

    def request(self, model: str, method: str, fields: dict):
        messages = self.stubs[model][0]
        name = {"List": f"{model}ListRequest",
                "Retrieve": f"{model}RetrieveRequest"}.get(method, model)
        return getattr(messages, name)(**fields)

    def answer(self, model: str, method: str, fields: dict) -> dict:
        """In the transcript's form."""
        raw = fields.pop("_raw", None)
        path = f"/f_{model.lower()}.{model}Controller/{method}"
        try:
            if raw is not None:
                reply = self.channel.unary_unary(path)(raw, timeout=SECONDS)
                reply = getattr(self.stubs[model][0], model).FromString(reply)
            else:
                stub = getattr(self.stubs[model][1], f"{model}ControllerStub")(
                    self.channel)
                reply = getattr(stub, method)(
                    self.request(model, method, fields), timeout=SECONDS)
            if method == "List":
                return {"code": "OK",
                        "reply": [self.dict_of(row) for row in reply]}
            reply = self.dict_of(reply) if method != "Destroy" else {}
            return {"code": "OK", "reply": reply}
        except grpc.RpcError as error:
            return self.refusal(error)

    @staticmethod
    def dict_of(message) -> dict:
        return json_format.MessageToDict(message, **WITH_ZEROS,
                                         preserving_proto_field_name=True)

    def refusal(self, error) -> dict:
        answer = {"code": error.code().name, "details": error.details()}
        trailer = dict(error.trailing_metadata()).get("grpc-status-details-bin")
        status_type = self.details["modelservice.StatusDetails"]
        for detail in status_type.FromString(trailer or b"").details:
            if not detail.type_url.endswith(".BadRequest"):
                continue
            told = {}
            for violation in self.details["modelservice.BadRequest"].FromString(
                    detail.value).field_violations:
                told.setdefault(violation.field, []).append(
                    violation.description)
            answer["errors"] = told
        return answer

    def test_every_call(self):
        vendor = "sqlite" if connection.vendor == "sqlite" else "postgres"
        otherwise = OTHERWISE
        if vendor == "postgres":
            otherwise = {**OTHERWISE, **OTHERWISE_ON_POSTGRES}
        calls = [json.loads(line) for line in
                 (LAB / "transcript.jsonl").read_text().splitlines()]
        made = 0
        for call in calls:
            if CUT in json.dumps(call["fields"]):
                continue
            with self.subTest(call["call"]):
                made += 1
                model, method = call["method"].split(".")
                fields = {name: value_of(text)
                          for name, text in call["fields"].items()}
                self.rows.put_back()
                ours = self.answer(model, method, fields)
                theirs = call.get(vendor, call["sqlite"])
                if call["call"] in otherwise:
                    self.assertEqual(ours["code"], otherwise[call["call"]])
                elif theirs["code"] == "OK":
                    self.assertEqual(ours["code"], "OK", ours)
                    self.assertEqual(comparable(ours["reply"], method),
                                     comparable(theirs["reply"], method))
                else:
                    self.assert_refused(ours, theirs)
        self.assertEqual((len(calls), made), (467, 460))

    def test_a_float_is_stored_as_it_is_written(self):
        from lab.models import Number
        self.rows.put_back()
        for number, ratio in enumerate((0.1, -2.675, 1e30, 16777217.0)):
            made = self.stubs["Number"][1].NumberControllerStub(
                self.channel).Create(self.request("Number", "Create", {
                    "ratio": ratio, "price": "1", "level": 1,
                    "number_unique": 100 + number}), timeout=SECONDS)
            # The wire has 32 bits of it.
            right = json_format.MessageToDict(made)["ratio"]
            self.assertEqual(Number.objects.get(id=made.id).ratio, right)

    def test_words(self):
        from rest_framework import serializers
        from lab import models, words

        for (model, field), values in words.VALUES.items():
            meta = type("Meta", (), {"model": getattr(models, model),
                                     "fields": "__all__"})
            serializer = type("Serializer", (serializers.ModelSerializer,),
                              {"Meta": meta})
            for value in values:
                newer = field.split("_")[0] == words.NEWER.get(value)
                if newer and django.VERSION >= (4,):
                    continue
                with self.subTest(field=f"{model}.{field}", value=value):
                    self.rows.put_back()
                    fields = {**words.ROWS[model], field: value}
                    asked = self.dict_of(self.request(model, "Create", fields))
                    theirs = told(serializer, asked, field)
                    ours = self.answer(model, "Create", fields)
                    if ours["code"] == "OK":
                        ours = str(ours["reply"][field])
                    else:
                        self.assertEqual(ours["code"], "INVALID_ARGUMENT")
                        self.assertEqual(list(ours["errors"]), [field])
                        ours = ours["errors"][field]
                    if connection.vendor == "postgresql":
                        theirs = words.ON_POSTGRES.get(value, theirs)
                        if field.startswith("length"):
                            # A span is kept as it was written.
                            ours, theirs = span_of(ours), span_of(theirs)
                    self.assertEqual(ours, theirs)

    def assert_refused(self, ours: dict, theirs: dict) -> None:
        errors = theirs.get("errors")
        if errors:
            words = [word for told in errors.values() for word in told]
            taken = all("already exists" in word or "unique set" in word
                        for word in words)
            self.assertEqual(
                (ours["code"], ours.get("errors")),
                ("ALREADY_EXISTS" if taken else "INVALID_ARGUMENT", errors))
        elif theirs["code"] in ("UNKNOWN", "INTERNAL"):
            # Of the database, or of what is no message.
            self.assertEqual(ours["code"], "INVALID_ARGUMENT", ours)
        else:
            self.assertEqual((ours["code"], ours["details"]),
                             (theirs["code"], theirs["details"]))


def told(serializer, fields: dict, field: str):
    """What Django REST framework makes of a field's value, or its faults."""
    row = serializer(data=fields)
    if not row.is_valid():
        return [str(fault) for fault in row.errors[field]]
    made = row.save()
    made.refresh_from_db()
    value = serializer(made).data[field]
    made.delete()
    return "" if value is None else str(value)


def span_of(told):
    """The span that a text is; faults stay."""
    return parse_duration(told) if isinstance(told, str) else told


def is_now(text: str) -> bool:
    told = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return abs(datetime.now(timezone.utc) - told) < timedelta(minutes=5)


def comparable(reply, method: str):
    """Without what differs from run to run."""
    if isinstance(reply, list):
        return [comparable(row, method) for row in reply]
    row = dict(reply)
    if method == "Create":
        row.pop("id", None)
    for name in ("created", "changed"):
        if row.get(name, "now") != "now" and is_now(row[name]):
            row[name] = "now"
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--grpc-plugin", required=True)
    parser.add_argument("--postgres", type=Path)
    arguments = parser.parse_args()
    if not os.access(arguments.grpc_plugin, os.X_OK):
        django_test.skip("no grpc_python_plugin; install "
                         "protobuf-compiler-grpc")

    with tempfile.TemporaryDirectory() as folder, \
         contextlib.ExitStack() as cleanup:
        out = Path(folder)
        url = f"sqlite:{out}/django.sqlite3"
        if arguments.postgres:
            url = cleanup.enter_context(django_test.postgres(arguments.postgres))
        django_site.make(url, (*django_site.APPS, "lab"))
        from lab import seeds
        seeds.fill()
        Lab.rows = Rows(["lab_text", "lab_number", "lab_when", "lab_author",
                         "lab_tag", "lab_bigkey", "lab_intkey", "lab_kind",
                         "Old Names", "auth_user", "auth_group",
                         "auth_user_groups"])
        Lab.stubs = stubs(arguments.protoc, arguments.grpc_plugin, out)
        Lab.details = harness.Messages(
            arguments.protoc, [HERE.parent.parent / "protos"],
            ["modelservice/status.proto"], out)
        # All that Django's tables have is as the options say.
        subprocess.run([str(arguments.server), "check", f"--database={url}"],
                       check=True)
        with harness.Server(arguments.server, url) as address, \
             grpc.insecure_channel(address) as Lab.channel:
            program = unittest.main(module=__name__, argv=[__file__],
                                    exit=False)
            connection.close()
    sys.exit(not program.result.wasSuccessful())


if __name__ == "__main__":
    main()
