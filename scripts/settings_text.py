#!/usr/bin/env python3
"""Writes what --help says of each setting from the comments of config.proto.

  scripts/settings_text.py [--check]

That is the comment's first sentence, and the default where the comment alone
knows it, in runtime/modelservice/manage/settings_text.cc. With --check nothing
is written: says whether the file is what the comments make of it.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROTO = "modelservice/config.proto"
FILE = os.path.join(ROOT, "runtime/modelservice/manage/settings_text.cc")
HEAD = '''\
// Written by scripts/settings_text.py from the comments of config.proto.
#include "modelservice/manage/settings_text.h"

namespace modelservice {
namespace {

constexpr SettingText kTexts[] = {
'''
TAIL = '''\
};

}  // namespace

absl::Span<const SettingText> SettingTexts() { return kTexts; }

}  // namespace modelservice
'''


def load():
  with tempfile.NamedTemporaryFile() as out:
    subprocess.run(
        ["protoc", f"-I{ROOT}/protos", "--include_source_info",
         f"--descriptor_set_out={out.name}", PROTO], check=True)
    files = descriptor_pb2.FileDescriptorSet()
    files.ParseFromString(out.read())
  return files.file[-1]


def sentences(comment):
  text = " ".join(comment.split())
  return re.split(r"(?<=\.) (?=[A-Z])", text)


def said(comment):
  first, *others = sentences(comment)
  defaults = [other for other in others if other.startswith("Default: ")]
  return " ".join([first] + defaults)


def texts():
  file = load()
  comments = {tuple(place.path): place.leading_comments or
              place.trailing_comments
              for place in file.source_code_info.location}
  found = {}
  for i, message in enumerate(file.message_type):
    enums = {enum.name: comments.get((4, i, 4, k), "")
             for k, enum in enumerate(message.enum_type)}
    text = ""
    for j, field in enumerate(message.field):
      # A setting of names is explained where they are; fields that share a
      # comment stand below it.
      comment = (comments.get((4, i, 2, j), "").strip() or
                 enums.get(field.type_name.rpartition(".")[2], "").strip())
      text = said(comment) if comment else text
      found[f"{message.name}.{field.name}"] = text
  return found


def generated():
  lines = [HEAD]
  for name, text in sorted(texts().items()):
    if not text:
      continue
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    lines.append(f'    {{"{name}", "{escaped}"}},\n')
  lines.append(TAIL)
  source = "".join(lines)
  return subprocess.run(
      ["clang-format", "--style=file", f"--assume-filename={FILE}"],
      input=source, capture_output=True, text=True, check=True,
      cwd=ROOT).stdout


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--check", action="store_true")
  arguments = parser.parse_args()
  text = generated()
  if not arguments.check:
    with open(FILE, "w", encoding="utf-8") as file:
      file.write(text)
    return 0
  with open(FILE, encoding="utf-8") as file:
    if file.read() == text:
      return 0
  print("runtime/modelservice/manage/settings_text.cc is not what the comments "
        "of config.proto say; run scripts/settings_text.py", file=sys.stderr)
  return 1


if __name__ == "__main__":
  sys.exit(main())
