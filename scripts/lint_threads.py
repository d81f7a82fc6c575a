#!/usr/bin/env python3
"""Checks with clang that what threads share is used under its lock.

    scripts/lint_threads.py BUILD

reads BUILD/compile_commands.json, and has clang look at every source of the
runtime that has, or includes, an annotated lock. Prints what it finds, and
ends with 1 if that is anything.
"""

import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

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


def main():
  build = sys.argv[1]
  with open(os.path.join(build, "compile_commands.json")) as file:
    entries = {e["file"]: e for e in json.load(file)
               if FOLDERS.search(e["file"])}
  if not entries:
    sys.exit(f"lint: {build} has no sources of the runtime")
  compiler = clang()

  def check(entry):
    # -Wthread-safety last: the first switches all others off.
    result = subprocess.run(
        [compiler, "-std=c++17", *arguments(entry["command"]), "-fsyntax-only",
         "-Wno-everything", "-Wthread-safety", "-Werror", entry["file"]],
        cwd=entry["directory"], capture_output=True, text=True)
    return result.stderr if result.returncode else ""

  with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    found = [text for text in pool.map(check, entries.values()) if text]
  print("\n".join(found), end="")
  print(f"lint: {len(entries)} sources, {len(found)} with faults")
  sys.exit(1 if found else 0)


main()
