#!/usr/bin/env python3
"""Writes docs/protos.md's reference of the options from annotations.proto.

  scripts/options_reference.py [--check]

With --check nothing is written: says whether the page is what the file makes of
it, and whether what the file marks as "Not supported yet." is what the plugin
refuses as that.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROTO = "modelservice/annotations.proto"
PAGE = os.path.join(ROOT, "docs", "protos.md")
BEGIN = "<!-- The rest is written by scripts/options_reference.py. -->\n"
MARK = "Not supported yet."

# The messages in the order of a reader, with where their options stand.
ORDER = [
    ("FileSettings", "option (modelservice.file)"),
    ("ModelSettings", "option (modelservice.model)"),
    ("FieldSettings", "[(modelservice.field)]"),
    ("ServiceSettings", "option (modelservice.service)"),
    ("MethodSettings", "option (modelservice.method)"),
]
TYPES = {
    descriptor_pb2.FieldDescriptorProto.TYPE_STRING: "string",
    descriptor_pb2.FieldDescriptorProto.TYPE_BOOL: "bool",
    descriptor_pb2.FieldDescriptorProto.TYPE_INT32: "int32",
    descriptor_pb2.FieldDescriptorProto.TYPE_INT64: "int64",
}


class File:
  """annotations.proto and its comments."""

  def __init__(self):
    with tempfile.NamedTemporaryFile() as out:
      subprocess.run(
          ["protoc", f"-I{ROOT}/protos", "--include_source_info",
           f"--descriptor_set_out={out.name}", PROTO], check=True)
      files = descriptor_pb2.FileDescriptorSet()
      files.ParseFromString(out.read())
    self.proto = files.file[-1]
    self.comments = {}
    for place in self.proto.source_code_info.location:
      text = place.leading_comments or place.trailing_comments
      self.comments[tuple(place.path)] = "\n".join(
          line[1:] if line.startswith(" ") else line
          for line in text.rstrip("\n").split("\n"))

  def messages(self):
    return {m.name: (m, (4, i)) for i, m in enumerate(self.proto.message_type)}


def cell(text):
  """A comment as it stands in a cell of a table."""
  parts = []
  for block in re.split(r"\n\s*\n", text):
    lines = block.split("\n")
    if all(line.startswith("  ") for line in lines if line):
      parts += ["`" + line.strip() + "`" for line in lines]
    else:
      parts.append(" ".join(line.strip() for line in lines))
  return "<br>".join(parts).replace("|", "\\|")


def type_of(field):
  name = field.type_name.split(".")[-1] if field.type_name else TYPES[field.type]
  repeated = field.label == field.LABEL_REPEATED
  return ("repeated " if repeated else "") + name


def message_text(file, name, title):
  message, path = file.messages()[name]
  lines = [f"### {name}" + (f": `{title}`" if title else ""), ""]
  if path in file.comments and file.comments[path]:
    lines += [re.sub(r"\s+", " ", file.comments[path].split("\n\n")[0]), ""]
  lines += ["| setting | type | |", "|---|---|---|"]
  comment = ""
  for i, field in enumerate(message.field):
    # A comment over two fields is of both.
    comment = file.comments.get(path + (2, i)) or comment
    lines.append(f"| `{field.name}` | {type_of(field)} | {cell(comment)} |")
  for e, enum in enumerate(message.enum_type):
    values = []
    for v, value in enumerate(enum.value):
      if value.number == 0:
        continue
      said = file.comments.get(path + (4, e, 2, v), "")
      values.append(f"`{value.name}`" + (f" ({cell(said)})" if said else ""))
    about = file.comments.get(path + (4, e), "")
    lines += ["", f"`{enum.name}`" + (f" ({cell(about)})" if about else "") +
              " is " + ", ".join(values) + "."]
  return "\n".join(lines) + "\n"


def reference(file):
  parts = [BEGIN]
  for name, title in ORDER:
    parts.append(message_text(file, name, title))
  ordered = {name for name, _ in ORDER}
  for message in file.proto.message_type:
    if message.name not in ordered:
      parts.append(message_text(file, message.name, ""))
  return "\n".join(parts)


def marked(file):
  """Settings and values whose comments say that they are not supported."""
  found = set()
  for name, (message, path) in file.messages().items():
    for i, field in enumerate(message.field):
      if MARK in cell(file.comments.get(path + (2, i), "")):
        found.add(f"{name}.{field.name}")
    for e, enum in enumerate(message.enum_type):
      for v, value in enumerate(enum.value):
        if MARK in cell(file.comments.get(path + (4, e, 2, v), "")):
          found.add(f"{name}.{value.name}")
  return found


def refused():
  """The same of the plugin: the list in settings.cc."""
  with open(os.path.join(ROOT, "plugin", "schema", "settings.cc")) as source:
    text = source.read()
  found = set()
  for message, field in re.findall(r"(\w+)::k(\w+)FieldNumber", text):
    snake = re.sub(r"(?<!^)([A-Z])", r"_\1", field).lower()
    found.add(f"{message}.{snake}")
  return found


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--check", action="store_true")
  arguments = parser.parse_args()
  file = File()
  with open(PAGE) as page:
    text = page.read()
  made = text[:text.index(BEGIN)] + reference(file)
  if not arguments.check:
    with open(PAGE, "w") as page:
      page.write(made)
    return 0
  failed = False
  if made != text:
    print("docs/protos.md is not what annotations.proto says; run "
          "scripts/options_reference.py")
    failed = True
  for name in sorted(marked(file) ^ refused()):
    what = ("is refused by the plugin and not marked"
            if name in refused() else "is marked and not refused")
    print(f'annotations.proto: {name} {what} as "{MARK}"')
    failed = True
  if not marked(file) or not refused():
    print("nothing is marked or refused: this check sees nothing")
    failed = True
  return int(failed)


if __name__ == "__main__":
  sys.exit(main())
