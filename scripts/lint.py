#!/usr/bin/env python3
"""Checks with clang-tidy what neither g++ nor a test sees: that what threads
share is used under its lock, that views do not outlive what they show, that
nothing is used once it has been moved away, and what else .clang-tidy lists.

    scripts/lint.py BUILD [--alone] [WORD...]

reads BUILD/compile_commands.json, and has clang-tidy look at every source of the
runtime and of the plugin, several at once where they are compiled so; with words,
only at units that have a source with one of them in its path. Locks that clang
knows nothing of, the standard library's, are found by name. First it sees that
faults of each kind are found. Prints what it finds, and ends with 1 if that is
anything.

--alone: instead, that each source compiles by itself, as a release compiles it.
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

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCE = re.compile(
    re.escape(ROOT) + r"/(runtime|plugin)/[^ ]*(?<!_test)(?<!test_support)\.cc$")
WARNINGS = ["-Wno-everything", "-Wthread-safety", "-Wdangling",
            "-Wdangling-gsl", "-Wreturn-stack-address"]


def clang_tidy():
  for name in ("clang-tidy", "clang-tidy-14"):
    if shutil.which(name):
      return name
  sys.exit("lint: clang-tidy is missing; install it (Debian's package "
           "clang-tidy)")


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
    "clang-diagnostic-thread-safety": """
#include "modelservice/base/mutex.h"
struct Counter {
  modelservice::Mutex mutex;
  int count ABSL_GUARDED_BY(mutex) = 0;
};
int Read(Counter& counter) { return counter.count; }
""",
    "clang-diagnostic-dangling": """
#include "modelservice/value.h"
bool Use() {
  modelservice::Value value = modelservice::Value::Text(std::string("gone"));
  return value.is_null();
}
""",
    "bugprone-use-after-move": """
#include <string>
#include <utility>
std::string Twice(std::string text) {
  const std::string kept = std::move(text);
  return kept + text;
}
""",
    "performance-for-range-copy": """
#include <string>
#include <vector>
size_t Sum(const std::vector<std::string>& texts) {
  size_t sum = 0;
  for (const std::string text : texts) sum += text.size();
  return sum;
}
""",
}


def find_faults(compiler, command, source, folder):
  # -Wno-everything first: it switches all others off.
  result = subprocess.run(
      [compiler, "--quiet", f"--config-file={ROOT}/.clang-tidy", source, "--",
       *arguments(command), "-std=c++17", *WARNINGS],
      cwd=folder, capture_output=True, text=True)
  if result.returncode == 0:
    return ""
  return result.stdout or result.stderr


def check_that_faults_are_found(compiler, entry):
  for kind, text in FAULTS.items():
    with tempfile.NamedTemporaryFile("w", suffix=".cc") as file:
      file.write(text)
      file.flush()
      found = find_faults(
          compiler, entry["command"], file.name, entry["directory"])
    if f"[{kind}" not in found:
      sys.exit(f"lint: {compiler} does not find what {kind} is for\n" + found)


def unknown_locks(sources):
  """Lines of the sources, and of headers beside them, with such a lock."""
  for folder in sorted({os.path.dirname(path) for path in sources}):
    for name in sorted(os.listdir(folder)):
      path = os.path.join(folder, name)
      if (not name.endswith((".h", ".cc")) or path.endswith(WRAPPER)
          or name.endswith("_test.cc") or "test_support" in name):
        continue
      with open(path) as file:
        for number, line in enumerate(file, 1):
          if UNKNOWN_LOCK.search(line):
            yield f"{path}:{number}: use {WRAPPER}: {line.strip()}\n"


def sources_of(entry):
  """The sources that one call of the compiler reads."""
  if "/Unity/unity_" not in entry["file"]:
    return [entry["file"]]
  with open(entry["file"]) as file:
    return re.findall(r'^#include "([^"]+)"', file.read(), re.M)


def compile_alone(entry, source):
  compiler = next(word for word in shlex.split(entry["command"])
                  if not word.endswith("ccache"))
  result = subprocess.run(
      [compiler, *arguments(entry["command"]), "-std=c++17", "-fsyntax-only",
       source],
      cwd=entry["directory"], capture_output=True, text=True)
  return result.stderr if result.returncode else ""


def main():
  alone = "--alone" in sys.argv
  build, *words = [word for word in sys.argv[1:] if word != "--alone"]
  with open(os.path.join(build, "compile_commands.json")) as file:
    entries = {e["file"]: e for e in json.load(file)}
  units = {}
  for name, entry in entries.items():
    ours = [path for path in sources_of(entry) if SOURCE.match(path)]
    if ours and (not words or any(w in path for path in ours for w in words)):
      units[name] = ours
  if not units:
    sys.exit(f"lint: {build} has no such sources of the runtime or the plugin")
  sources = {path: name for name, paths in units.items() for path in paths}
  if alone:
    def check(path):
      return compile_alone(entries[sources[path]], path)
    checked = sources
  else:
    compiler = clang_tidy()
    check_that_faults_are_found(compiler, entries[next(iter(units))])

    def check(name):
      entry = entries[name]
      return find_faults(compiler, entry["command"], name, entry["directory"])
    checked = units

  with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    found = [text for text in pool.map(check, checked) if text]
  found += [] if alone else unknown_locks(sources)
  print("\n".join(found), end="")
  print(f"lint: {len(sources)} sources, {len(found)} with faults")
  sys.exit(1 if found else 0)


main()
