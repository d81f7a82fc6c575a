#!/usr/bin/env python3
"""Checks who includes whom in the runtime and the plugin.

    scripts/check_arrows.py              # of this tree; prints each fault
    scripts/check_arrows.py --installed  # prints the headers to install

The order of the rooms, and which room a header of the face is the front of, are
read from runtime/modelservice/README.md. A file may include, declare in advance
and make friends with what stands in its own room or above it. Tests may include
anything. First it sees that a fault of each kind is found. Ends with 1 if there
is any.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FACE = "modelservice/"
TEST = re.compile(r"(_test\.cc|_test_support\.(h|cc)|/test_support\.h"
                  r"|_test_main\.cc)$")
INCLUDE = re.compile(r'^\s*#\s*include\s+"(modelservice/[^"]+)"')
# Google's style does not indent what stands in a namespace.
DECLARED = re.compile(r"^(?:class|struct) (\w+);")
FRIEND = re.compile(r"^\s+friend (?:class|struct) (?:\w+::)*(\w+);")
DEFINED = re.compile(r"^(?:class|struct)(?: [A-Z_]+(?:\([^)]*\))?)* (\w+)"
                     r"(?: final)?(?: : .*| :)? ?\{?.*$")
# What of the runtime the plugin may know, besides these rooms and their fronts.
PLUGIN_ROOMS = ("schema", "sql")
PLUGIN_FILES = ("modelservice/base/compat.h", "modelservice/base/version.h")
# Libraries of their own, with their public header: only those who choose among
# them by a URL name one.
BACKENDS = {
    "modelservice/db/sqlite/": "modelservice/sqlite.h",
    "modelservice/db/postgres/": "modelservice/postgres.h",
    "modelservice/guard/limits/redis/": None,
}
CHOOSERS = ("modelservice/manage/", "modelservice/testing/",
            "modelservice/guard/limits/limit_stores.cc")
# What every generated header includes, and what it must not reach.
GENERATED = "modelservice/generated_support.h"
NOT_GENERATED = ("guard", "server")


class Rooms:
  """The rooms in their order, and the headers of the face in them."""

  def __init__(self, readme):
    self.order = re.findall(r"^- `(\w+)/`", readme, re.M)
    self.face = {}
    for room, headers in re.findall(r"^\| (\w+) \| ([\w, ]+) \|$", readme,
                                    re.M):
      if room in self.order:
        for header in headers.split(", "):
          self.face[f"{FACE}{header}.h"] = room

  def of(self, path):
    """The room of modelservice/x/y.h; None for what protoc makes."""
    if path in self.face:
      return self.face[path]
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[1] in self.order else None

  def is_below(self, path, room):
    other = self.of(path)
    return other is not None and (
        self.order.index(other) > self.order.index(room))


def numbered(text):
  return enumerate(text.splitlines(), 1)


def includes(text):
  for number, line in numbered(text):
    if match := INCLUDE.match(line):
      yield number, match.group(1)


def is_definition(line):
  match = DEFINED.match(line)
  return match.group(1) if match and not line.rstrip().endswith(";") else None


def check_tables(files, rooms):
  """The table of the face against the headers that are there."""
  there = {path for path in files if path.count("/") == 1
           and path.endswith(".h") and not TEST.search(path)}
  for path in sorted(there - set(rooms.face)):
    yield path, 1, "is a header of the face, and README.md has no room for it"
  for path in sorted(set(rooms.face) - there):
    yield FACE + "README.md", 1, f"names {path}, which is not there"
  for path in sorted(files):
    if path.count("/") > 1 and rooms.of(path) is None:
      yield path, 1, "is in a folder that README.md does not have"


def check_arrows(files, rooms):
  definitions = {}
  for path, text in files.items():
    if not TEST.search(path):
      for _, line in numbered(text):
        if name := is_definition(line):
          definitions.setdefault(name, []).append(path)

  for path, text in files.items():
    room = rooms.of(path)
    if room is None or TEST.search(path):
      continue
    for number, included in includes(text):
      if rooms.is_below(included, room):
        yield path, number, (f"{room} includes {included}, which is of "
                             f"{rooms.of(included)}, below it")
    for number, line in numbered(text):
      match = DECLARED.match(line) or FRIEND.match(line)
      places = definitions.get(match.group(1), []) if match else []
      if places and all(rooms.is_below(place, room) for place in places):
        yield path, number, (f"{room} names {match.group(1)}, which "
                             f"{rooms.of(places[0])} below it defines "
                             f"({places[0]})")


def check_backends(files):
  def backend_of(path):
    for folder, header in BACKENDS.items():
      if path.startswith(folder) or path == header:
        return folder
    return None

  for path, text in files.items():
    if TEST.search(path) or path.startswith(CHOOSERS):
      continue
    for number, included in includes(text):
      backend = backend_of(included)
      if backend is not None and backend != backend_of(path):
        yield path, number, f"names a backend: {included}"


def check_circles(files):
  graph = {path: [i for _, i in includes(text) if i in files]
           for path, text in files.items() if path.endswith(".h")}
  done = set()

  def visit(path, trail):
    if path in trail:
      yield path, 1, ("includes itself: "
                      + " -> ".join(trail[trail.index(path):] + [path]))
      return
    if path in done:
      return
    for included in graph.get(path, []):
      yield from visit(included, trail + [path])
    done.add(path)

  for path in sorted(graph):
    yield from visit(path, [])


def closure(files, start):
  """What `start` reaches by includes, each with the one that brought it."""
  brought = {path: None for path in start}
  waiting = list(start)
  while waiting:
    path = waiting.pop()
    for _, included in includes(files.get(path, "")):
      if included in files and included not in brought:
        brought[included] = path
        waiting.append(included)
  return brought


def check_generated(files, rooms):
  brought = closure(files, [GENERATED])
  for path, by in brought.items():
    if by is not None and rooms.of(path) in NOT_GENERATED:
      way = [path]
      while by is not None:
        way.append(by)
        by = brought[by]
      yield GENERATED, 1, ("brings a header of " + rooms.of(path) + ": "
                           + " -> ".join(reversed(way)))


def check_plugin(sources, rooms):
  for path, text in sources.items():
    for number, included in includes(text):
      room = rooms.of(included)
      if room is None or room in PLUGIN_ROOMS or included in PLUGIN_FILES:
        continue
      yield path, number, (f"the plugin includes {included}; of the runtime it "
                           "may know schema, sql, base/compat.h and base/version.h")


def installed(files, rooms):
  return sorted(closure(files, sorted(rooms.face)))


def find_faults(files, plugin, rooms):
  yield from check_tables(files, rooms)
  yield from check_arrows(files, rooms)
  yield from check_backends(files)
  yield from check_circles(files)
  yield from check_generated(files, rooms)
  yield from check_plugin(plugin, rooms)
  for path in installed(files, rooms):
    if TEST.search(path):
      yield path, 1, "is for tests, and the face reaches it"


# A small tree without a fault, and what makes each fault in it.
SOUND_README = """
- `base/` a
- `schema/` b
- `sql/` c
- `db/` d
- `guard/` e
- `server/` f

| room | its headers |
|---|---|
| schema | value |
| db | database, sqlite |
| server | generated_support |
"""
SOUND = {
    "modelservice/value.h": "",
    "modelservice/base/compat.h": "",
    "modelservice/base/clock.h": "",
    "modelservice/schema/table.h": '#include "modelservice/value.h"\n',
    "modelservice/database.h": '#include "modelservice/schema/table.h"\n'
                               "class Database {\n};\n",
    "modelservice/db/pool.h": "class Database;\nclass Pool {\n"
                              "  friend class Database;\n};\n",
    "modelservice/db/pool_test.cc": '#include "modelservice/guard/rule.h"\n',
    "modelservice/guard/rule.h": '#include "modelservice/database.h"\n'
                                 "class Rule final : public Database {\n};\n",
    "modelservice/sqlite.h": '#include "modelservice/database.h"\n',
    "modelservice/db/sqlite/open.cc": '#include "modelservice/sqlite.h"\n',
    "modelservice/server/guards.cc": '#include "modelservice/guard/rule.h"\n',
    "modelservice/generated_support.h": '#include "modelservice/database.h"\n',
}
SOUND_PLUGIN = {"plugin/main.cc": '#include "modelservice/schema/table.h"\n'
                                  '#include "modelservice/status.pb.h"\n'
                                  '#include "modelservice/base/compat.h"\n'}
WRONG = {
    "modelservice/base/clock.h": ('#include "modelservice/value.h"\n',
                                  "base includes modelservice/value.h"),
    "modelservice/value.h": ('#include "modelservice/schema/table.h"\n',
                             "includes itself: modelservice/schema/table.h"),
    "modelservice/db/pool.h": ("class Rule;\n", "db names Rule, which guard"),
    "modelservice/database.h": ("class D {\n  friend class Rule;\n};\n",
                                "db names Rule, which guard"),
    "modelservice/generated_support.h": (
        '#include "modelservice/guard/rule.h"\n', "brings a header of guard"),
    "modelservice/db/open.cc": ('#include "modelservice/sqlite.h"\n',
                                "names a backend: modelservice/sqlite.h"),
    "modelservice/other.h": ("", "README.md has no room for it"),
    "modelservice/attic/old.h": ("", "folder that README.md does not have"),
    "modelservice/schema/table.h": (
        '#include "modelservice/db/pool_test_support.h"\n',
        "is for tests, and the face reaches it"),
    "plugin/main.cc": ('#include "modelservice/base/clock.h"\n',
                       "the plugin includes modelservice/base/clock.h"),
}


def check_that_faults_are_found():
  rooms = Rooms(SOUND_README)
  for fault in find_faults(SOUND, SOUND_PLUGIN, rooms):
    sys.exit(f"arrows: finds what is none: {fault}")
  if installed(SOUND, rooms) != [
      "modelservice/database.h", "modelservice/generated_support.h",
      "modelservice/schema/table.h", "modelservice/sqlite.h",
      "modelservice/value.h"]:
    sys.exit("arrows: does not find what is to be installed")
  for path, (text, expected) in WRONG.items():
    files, plugin = dict(SOUND), dict(SOUND_PLUGIN)
    files["modelservice/db/pool_test_support.h"] = ""
    (plugin if path.startswith("plugin/") else files)[path] = text
    found = [what for _, _, what in find_faults(files, plugin, rooms)]
    if not any(expected in what for what in found):
      sys.exit(f"arrows: does not find that {path} {expected!r}; found {found}")
  found = list(check_tables({}, rooms))
  if not any("names modelservice/value.h" in what for _, _, what in found):
    sys.exit("arrows: does not find that a header of the table is missing")


def read(folder, below):
  texts = {}
  for path, _, names in os.walk(os.path.join(ROOT, folder, below)):
    for name in names:
      if name.endswith((".h", ".cc")):
        full = os.path.join(path, name)
        with open(full, encoding="utf-8") as file:
          texts[os.path.relpath(full, os.path.join(ROOT, folder))] = file.read()
  return texts


def main():
  check_that_faults_are_found()
  with open(os.path.join(ROOT, "runtime/modelservice/README.md"),
            encoding="utf-8") as file:
    rooms = Rooms(file.read())
  files = read("runtime", "modelservice")
  if sys.argv[1:] == ["--installed"]:
    print("\n".join(installed(files, rooms)))
    return
  plugin = read("", "plugin")
  if not files or not plugin or not rooms.face:
    sys.exit("arrows: there is nothing to look at")
  faults = [(path if path.startswith("plugin/") else f"runtime/{path}", number,
             what) for path, number, what in find_faults(files, plugin, rooms)]
  for path, number, what in sorted(faults):
    print(f"{path}:{number}: {what}")
  print(f"arrows: {len(files) + len(plugin)} files, {len(faults)} faults")
  sys.exit(1 if faults else 0)


main()
