#!/usr/bin/env python3
"""Checks with clang that what threads share is used under its lock, and that
views do not outlive what they show.

    scripts/lint_threads.py BUILD

reads BUILD/compile_commands.json, and has clang look at every source of the
runtime that has, or includes, an annotated lock. Locks that clang knows nothing
of, the standard library's, are found by name. First it sees that faults of each
kind are found. Prints what it finds, and ends with 1 if that is anything.
"""

import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

FOLDERS = re.compile(
    r"/runtime/modelservice/"
    r"(base|db|service|server|guard|orm|signal|log)[^ ]*(?<!_test)\.cc$")


def clang():
  for name in ("clang++", "clang++-14"):
    if shutil.which(name):
      return name
  sys.exit("lint: clang is missing; install it (Debian's package clang)")


def arguments(command):
  """What matters of g++'s command line to clang."""
  kept = []
  words = iter(shlex.split(command))
  for word in words:
    if word in ("-I", "-isystem", "-D"):
      kept += [word, next(words)]
    elif word.startswith(("-I", "-D", "-std=", "-isystem")):
      kept.append(word)
  return kept


UNKNOWN_LOCK = re.compile(r"std::(\w*mutex|condition_variable\w*)\b")
WRAPPER = "base/mutex.h"

# What must not pass, each for its own reason.
FAULTS = {
    "thread-safety": """
#include "modelservice/base/mutex.h"
struct Counter {
  modelservice::Mutex mutex;
  int count ABSL_GUARDED_BY(mutex) = 0;
};
int Read(Counter& counter) { return counter.count; }
""",
    "dangling": """
#include "modelservice/value.h"
bool Use() {
  modelservice::Value value = modelservice::Value::Text(std::string("gone"));
  return value.is_null();
}
""",
}


def find_faults(compiler, command, source, folder):
  # -Wno-everything first: it switches all others off.
  return subprocess.run(
      [compiler, "-std=c++17", *arguments(command), "-fsyntax-only",
       "-Wno-everything", "-Wthread-safety", "-Wdangling",
       "-Wdangling-gsl", "-Wreturn-stack-address", "-Werror", source],
      cwd=folder, capture_output=True, text=True)


def check_that_faults_are_found(compiler, entry):
  for kind, text in FAULTS.items():
    with tempfile.NamedTemporaryFile("w", suffix=".cc") as file:
      file.write(text)
      file.flush()
      result = find_faults(
          compiler, entry["command"], file.name, entry["directory"])
    if f"-W{kind}" not in result.stderr:
      sys.exit(f"lint: {compiler} does not find what -W{kind} is for\n"
               + result.stderr)


def unknown_locks(entries):
  """Lines of the sources, and of headers beside them, with such a lock."""
  folders = {os.path.dirname(path) for path in entries}
  for folder in sorted(folders):
    for name in sorted(os.listdir(folder)):
      path = os.path.join(folder, name)
      if (not name.endswith((".h", ".cc")) or path.endswith(WRAPPER)
          or name.endswith("_test.cc") or "test_support" in name):
        continue
      with open(path) as file:
        for number, line in enumerate(file, 1):
          if UNKNOWN_LOCK.search(line):
            yield f"{path}:{number}: use {WRAPPER}: {line.strip()}\n"


def sources(entry):
  """`entry` for each source that it compiles: several in a unity build."""
  if "/Unity/unity_" not in entry["file"]:
    return [entry]
  with open(entry["file"]) as file:
    return [{**entry, "file": path}
            for path in re.findall(r'^#include "([^"]+)"', file.read(), re.M)]


def main():
  build = sys.argv[1]
  with open(os.path.join(build, "compile_commands.json")) as file:
    entries = {e["file"]: e for compiled in json.load(file)
               for e in sources(compiled) if FOLDERS.search(e["file"])}
  if not entries:
    sys.exit(f"lint: {build} has no sources of the runtime")
  compiler = clang()

  check_that_faults_are_found(compiler, next(iter(entries.values())))

  def check(entry):
    result = find_faults(
        compiler, entry["command"], entry["file"], entry["directory"])
    return result.stderr if result.returncode else ""

  with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    found = [text for text in pool.map(check, entries.values()) if text]
  found += unknown_locks(entries)
  print("\n".join(found), end="")
  print(f"lint: {len(entries)} sources, {len(found)} with faults")
  sys.exit(1 if found else 0)


main()
