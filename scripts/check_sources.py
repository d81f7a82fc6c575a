#!/usr/bin/env python3
"""Checks that Bazel builds what CMake builds: one list of sources feeds both.

    scripts/check_sources.py           # prints each difference
    scripts/check_sources.py --update  # writes CMake's lists into BUILD.bazel

The lists are those of the CMakeLists.txt: sources and libraries of each
library, program and test. What a BUILD.bazel needs besides is found from the
#includes: headers that no list names, which CMake does not miss and Bazel does.
That is also how it sees that a library includes only what it links. A rule's
other attributes are the BUILD.bazel's own, and so are dependencies that are
made there, like generated code.

--update also writes a rule for what is new, and takes out libraries and tests
that are gone. Lists are in buildifier's order, in every BUILD.bazel. First it
sees that faults of each kind are found, and mended. Ends with 1 if there is
any.
"""

import functools
import os
import re
import sys

sys.dont_write_bytecode = True
import cmake_lists
import check_sources_faults
from bazel_files import (LABELS, Build, build_files, constants, list_text,
                         order, read, unsorted_lists)

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Folders with a BUILD.bazel for all that lies below, in the order of who may
# know whom, as CMake reads them; and each of examples/.
PACKAGES = ("protos", "runtime", "plugin")
# Where what stands in quotes behind #include is looked for.
INCLUDE_DIRS = ("runtime", "")
# Names that are not CMake's without modelservice_.
NAMES = {"modelservice_tool": "modelservice_tool"}
# Headers of base with a rule of their own in Bazel: the plugin includes them,
# and does not link base.
APART_RULE = "compat"
APART = tuple("runtime/modelservice/base/" + header
              for header in ("compat.h", "version.h"))
MACROS = {"library": "modelservice_library", "test": "modelservice_test",
          "program": "cc_binary"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.M)
CODE = (".cc", ".h")


def packages_of(root):
  folder = os.path.join(root, "examples")
  names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
  return PACKAGES + tuple(
      f"examples/{name}" for name in names
      if os.path.exists(os.path.join(folder, name, "CMakeLists.txt")))


class Rule:
  """What the BUILD.bazel of `package` should say of a target of CMake's."""

  def __init__(self, target, package):
    self.target = target
    self.package = package
    self.name = NAMES.get(target.name,
                          re.sub("^modelservice_", "", target.name))
    self.sources = set(target.sources) - set(APART)
    self.has_apart = False  # whether it includes any of those
    self.includes = {}  # what it includes -> the source that does

  def label(self, package):
    if package == self.package:
      return ":" + self.name
    same = os.path.basename(self.package) == self.name
    return f"//{self.package}" + ("" if same else ":" + self.name)


class Plan:
  """The rules, made of the CMakeLists.txt and the #includes in `root`."""

  def __init__(self, root):
    self.root = root
    self.packages = packages_of(root)
    self.rules = {
        target.name: Rule(target, self.package_of(target.folder))
        for target in cmake_lists.read(root, self.packages).values()}
    self.owner = {source: rule for rule in self.rules.values()
                  if rule.target.kind == "library" for source in rule.sources}
    for kinds in (("library",), ("program", "test")):
      for rule in self.rules.values():
        if rule.target.kind in kinds:
          self.find_headers(rule)

  def package_of(self, folder):
    return next(package for package in self.packages
                if (folder + "/").startswith(package + "/"))

  def resolve(self, included):
    for folder in INCLUDE_DIRS:
      path = os.path.join(folder, included)
      if os.path.exists(os.path.join(self.root, path)):
        return path
    return None  # generated

  def find_headers(self, rule):
    """Gives `rule` the headers that it reaches and no library has."""
    waiting = sorted(rule.sources)
    while waiting:
      path = waiting.pop()
      if not path.endswith(CODE):
        continue
      if not os.path.exists(os.path.join(self.root, path)):
        raise cmake_lists.Fault(f"{rule.target.folder}/CMakeLists.txt: "
                                f"{rule.target.name} lists {path}, which is "
                                "not there")
      for included in INCLUDE.findall(read(self.root, path)):
        header = self.resolve(included)
        if header is None or header in rule.sources:
          continue
        if header in APART:
          rule.has_apart = True
          continue
        rule.includes.setdefault(header, path)
        if header not in self.owner:
          rule.sources.add(header)
          waiting.append(header)
          if rule.target.kind == "library":
            self.owner[header] = rule

  def apart(self):
    return {os.path.relpath(header, "runtime") for header in APART
            if os.path.exists(os.path.join(self.root, header))}

  def rule_of(self, lib):
    name = lib.replace("modelservice::", "modelservice_")
    return self.rules.get(name)

  def labels(self, rule, libs):
    found = set()
    for lib in libs:
      if self.rule_of(lib):
        found.add(self.rule_of(lib).label(rule.package))
      elif lib in LABELS:
        found |= {LABELS[lib]} - {None}
      else:
        raise cmake_lists.Fault(
            f"{rule.target.folder}/CMakeLists.txt: {rule.target.name} links "
            f"{lib}; LABELS in scripts/bazel_files.py has no label for it")
    return found

  def reached(self, rule, seen):
    """The rules that `rule` links, itself included."""
    if rule.name not in seen:
      seen[rule.name] = rule
      for lib in rule.target.libs + rule.target.optional_libs:
        if self.rule_of(lib):
          self.reached(self.rule_of(lib), seen)
    return seen.values()

  def attributes(self, rule):
    """{attribute: set of labels} as CMake has it, but for generated code."""
    files = {os.path.relpath(path, rule.package) for path in rule.sources}
    headers = {path for path in files if path.endswith(".h")}
    deps = self.labels(rule, rule.target.libs)
    if rule.has_apart:
      deps.add((":" if rule.package == "runtime" else "//runtime:")
               + APART_RULE)
    if rule.target.kind == "library":
      return {"srcs": files - headers, "hdrs": headers, "deps": deps}
    return {"srcs": files, "deps": deps}


def own_dependency(label, plan, package):
  """Whether `label` is made in the BUILD.bazel itself: generated code."""
  names = {rule.name for rule in plan.rules.values()
           if rule.package == package}
  return label.startswith(":") and label[1:] not in names


def check_apart(plan, build):
  """The headers of the rule that CMake does not have."""
  call = build.rules.get(APART_RULE)
  written = set(constants(Build.attribute(call, "hdrs"))) if call else set()
  for header in sorted(plan.apart() ^ written):
    yield build.path, call.lineno if call else 1, (
        f"{APART_RULE}: hdrs {'has' if header in written else 'lacks'} "
        f"{header}")


def check_rule(plan, rule, build, call):
  for name, expected in plan.attributes(rule).items():
    value = Build.attribute(call, name)
    first = Build.first_list(value) if value is not None else None
    line = (first or call).lineno
    written = set(constants(first)) if first else set()
    for label in sorted(expected - written, key=order):
      yield build.path, line, (f"{rule.name}: {name} lacks {label}, which "
                               "CMake has")
    for label in sorted(written - expected, key=order):
      if name != "deps" or not own_dependency(label, plan, rule.package):
        yield build.path, line, (f"{rule.name}: {name} has {label}, which "
                                 "CMake has not")
  optional = plan.labels(rule, rule.target.optional_libs)
  for label in sorted(optional - set(constants(call)), key=order):
    yield build.path, call.lineno, (f"{rule.name}: no select() in its deps has "
                                    f"{label}, which CMake links where it is")


def check_links(plan):
  """A source includes what its library links, itself or by others."""
  for rule in plan.rules.values():
    linked = {other.name for other in plan.reached(rule, {})}
    for header, source in sorted(rule.includes.items()):
      owner = plan.owner.get(header)
      if owner is not None and owner.name not in linked:
        yield source, 1, (f"{rule.name} includes {header} of "
                          f"{owner.target.name}, which it does not link")


def check_files(root, plan):
  """Each source stands in a list."""
  listed = {path for rule in plan.rules.values() for path in rule.sources}
  listed |= set(APART)
  for package in ("plugin", "runtime"):
    for folder, _, names in os.walk(os.path.join(root, package)):
      for name in sorted(names):
        path = os.path.relpath(os.path.join(folder, name), root)
        if path.endswith(CODE) and path not in listed:
          yield path, 1, "is in no list of a CMakeLists.txt"


def check_protos(plan, builds):
  for package, build in builds.items():
    expected = {os.path.relpath(path, package)
                for rule in plan.rules.values() if rule.package == package
                for path in list(rule.target.protos) + rule.target.sources
                if path.endswith(".proto")}
    # What is another package's stands there.
    expected = {path for path in expected if not path.startswith("../")}
    written = set()
    for call in build.calls:
      if Build.kind(call) == "proto_library":
        written |= set(constants(Build.attribute(call, "srcs")))
    for path in sorted(expected ^ written):
      yield build.path, 1, (f"{path} is " + (
          "in no proto_library" if path in expected else
          "in a proto_library, and CMake generates nothing of it"))


def check_suites(build):
  """What a test_suite names is there."""
  for name, call in build.rules.items():
    if Build.kind(call) != "test_suite":
      continue
    for label in constants(Build.attribute(call, "tests")):
      if label.startswith(":") and label[1:] not in build.rules:
        yield build.path, call.lineno, f"{name}: there is no {label}"


def find_faults(root):
  plan = Plan(root)
  builds = {package: Build(root, f"{package}/BUILD.bazel")
            for package in plan.packages
            if os.path.exists(os.path.join(root, package, "BUILD.bazel"))}
  for package in sorted({rule.package for rule in plan.rules.values()}
                        - set(builds)):
    yield f"{package}/BUILD.bazel", 1, "is not there"
  for rule in plan.rules.values():
    build = builds.get(rule.package)
    if build is None or rule.package == "protos":  # all of it is generated
      continue
    if rule.name not in build.rules:
      yield build.path, 1, f"has no rule for {rule.target.name}"
    else:
      yield from check_rule(plan, rule, build, build.rules[rule.name])
  for package, build in builds.items():
    names = {rule.name for rule in plan.rules.values()
             if rule.package == package}
    for name, call in build.rules.items():
      if Build.kind(call) in list(MACROS.values())[:2] and name not in names:
        yield build.path, call.lineno, f"{name} is no target of CMake's"
  if "runtime" in builds:
    yield from check_apart(plan, builds["runtime"])
  yield from check_links(plan)
  yield from check_files(root, plan)
  yield from check_protos(plan, builds)
  for build in map(functools.partial(Build, root), build_files(root)):
    yield from unsorted_lists(build)
    yield from check_suites(build)


def rule_text(plan, rule):
  lines = [f'    name = "{rule.name}",\n']
  for name, labels in plan.attributes(rule).items():
    if labels:
      lines.append(f"    {name} = {list_text(labels)},\n")
  return f"\n{MACROS[rule.target.kind]}(\n{''.join(lines)})\n"


def rule_edits(plan, rule, build, call):
  for name, expected in plan.attributes(rule).items():
    value = Build.attribute(call, name)
    first = Build.first_list(value) if value is not None else None
    if first is not None:
      own = {label for label in constants(first) if name == "deps"
             and own_dependency(label, plan, rule.package)}
      yield (*build.place(first), list_text(expected | own))
    elif expected and value is None:
      # Behind the name, or at the end: buildifier's places.
      end = build.place(call)[1] - 1
      if name != "deps":
        end = build.starts[Build.attribute(call, "name").end_lineno]
      yield end, end, f"    {name} = {list_text(expected)},\n"


def update(root):
  plan = Plan(root)
  for package in plan.packages:
    path = f"{package}/BUILD.bazel"
    if not os.path.exists(os.path.join(root, path)):
      continue
    build = Build(root, path)
    edits = []
    added = ""
    rules = [rule for rule in plan.rules.values()
             if rule.package == package and package != "protos"]
    if package == "runtime" and APART_RULE in build.rules:
      hdrs = Build.attribute(build.rules[APART_RULE], "hdrs")
      edits.append((*build.place(hdrs), list_text(plan.apart())))
    for rule in rules:
      if rule.name in build.rules:
        edits += rule_edits(plan, rule, build, build.rules[rule.name])
      else:
        added += rule_text(plan, rule)
    for name, call in build.rules.items():
      if (Build.kind(call) in list(MACROS.values())[:2]
          and name not in {rule.name for rule in rules}):
        start, end = build.place(call)
        edits.append((max(0, start - 1), end + 1, ""))
    text = build.text.encode()
    # From behind; of those at one place, the last first.
    for _, (start, end, new) in sorted(
        enumerate(edits), key=lambda edit: (edit[1][0], edit[0]),
        reverse=True):
      text = text[:start] + new.encode() + text[end:]
    text += added.encode()
    if text != build.text.encode():
      with open(os.path.join(root, path), "wb") as file:
        file.write(text)
      print(f"{path}: brought up to date")


def said(root):
  """What is printed of the tree in `root`, without the lines."""
  try:
    return [f"{path}: {what}" for path, _, what in find_faults(root)]
  except cmake_lists.Fault as fault:
    return [str(fault)]


def main():
  check_sources_faults.check_that_faults_are_found(said, update)
  try:
    if sys.argv[1:] == ["--update"]:
      update(ROOT)
    faults = list(find_faults(ROOT))
  except cmake_lists.Fault as fault:
    sys.exit(f"sources: {fault}")
  for path, line, what in sorted(faults):
    print(f"{path}:{line}: {what}")
  print(f"sources: {len(Plan(ROOT).rules)} targets, {len(faults)} faults")
  if faults and sys.argv[1:] != ["--update"]:
    print("`scripts/check_sources.py --update` writes CMake's lists into the "
          "BUILD.bazel files.")
  sys.exit(1 if faults else 0)


if __name__ == "__main__":
  main()
