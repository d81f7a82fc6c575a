"""Reads which sources, libraries and .proto files the CMakeLists.txt name.

    targets = cmake_lists.read(root, ["protos", "runtime", "plugin"])

A small part of CMake's language, run without CMake: what our lists are written
in. Whatever is optional is taken to be there. A command that this file does not
know stops it, so that none is passed over unseen.
"""

import os
import re


class Target:
  """A library, a program or a test, with paths from the root of the tree."""

  def __init__(self, name, kind, folder):
    self.name = name
    self.kind = kind  # "library", "program", "test"
    self.folder = folder  # of its CMakeLists.txt
    self.sources = []
    self.libs = []
    self.optional_libs = []  # those linked where they were built
    self.protos = []


class Fault(Exception):
  """What the reader cannot make sense of, with its place."""


# Commands that say nothing of sources.
OTHER = {
    "add_compile_options", "add_custom_command", "add_custom_target",
    "add_dependencies", "add_link_options", "add_test", "configure_file",
    "find_program", "include", "install", "list", "mark_as_advanced", "message",
    "modelservice_install", "modelservice_unite", "modelservice_warnings",
    "set_property",
    "set_source_files_properties", "set_target_properties",
    "set_tests_properties", "string", "target_compile_definitions",
    "target_compile_features", "target_compile_options",
    "target_include_directories", "target_link_options",
    "target_precompile_headers",
}
PARTS = {
    "modelservice_library": {"SOURCES", "PUBLIC", "PRIVATE"},
    "modelservice_test": {"SOURCES", "LIBS", "LABELS", "DEPENDS", "ARGS",
                          "ENVIRONMENT", "TIMEOUT"},
    "modelservice_generate": {"TARGET", "PROTOS", "IMPORT_DIRS", "DIALECT",
                              "NO_STUBS"},
    "target_link_libraries": {"PUBLIC", "PRIVATE", "INTERFACE"},
}
TOKEN = re.compile(r'\s+|#[^\n]*|(?P<quoted>"(?:[^"\\]|\\.)*")'
                   r'|(?P<paren>[()])|(?P<word>[^\s()#"]+)', re.S)


def tokens(text, path):
  """(line, kind, text) of each word and parenthesis."""
  at = 0
  while at < len(text):
    match = TOKEN.match(text, at)
    if match is None:
      raise Fault(f"{path}: cannot read {text[at:at + 40]!r}")
    if match.lastgroup:
      yield text.count("\n", 0, at) + 1, match.lastgroup, match.group()
    at = match.end()


def commands(text, path):
  """[(line, name, [argument])]; an argument keeps its quotes."""
  found = []
  depth = 0
  name = None
  for line, kind, word in tokens(text, path):
    if depth == 0 and kind == "word":
      name = word.lower()
      start = line
    elif word == "(" and kind == "paren":
      if depth == 0:
        arguments = []
      depth += 1
    elif word == ")" and kind == "paren":
      depth -= 1
      if depth == 0:
        found.append((start, name, arguments))
    elif depth > 0:
      arguments.append(word)
  return found


def split_parts(arguments, keywords):
  """{keyword: [argument]}; what stands before the first one is under ""."""
  parts = {"": []}
  current = ""
  for argument in arguments:
    if argument in keywords:
      current = argument
      parts.setdefault(current, [])
    else:
      parts[current].append(argument)
  return parts


def block(body, at, opens, closes):
  """The index of the command that closes the block opened at `at`."""
  depth = 0
  for index in range(at, len(body)):
    if body[index][1] == opens:
      depth += 1
    elif body[index][1] == closes:
      depth -= 1
      if depth == 0:
        return index
  raise Fault(f"line {body[at][0]}: {opens} without {closes}")


class Reader:

  def __init__(self, root):
    self.root = root
    self.targets = {}
    self.functions = {}
    self.optional = 0  # how many if(TARGET ...) stand around

  def read_folder(self, folder, variables):
    self.folder = folder
    self.path = os.path.join(folder, "CMakeLists.txt")
    with open(os.path.join(self.root, self.path), encoding="utf-8") as file:
      body = commands(file.read(), self.path)
    scope = dict(variables, CMAKE_CURRENT_SOURCE_DIR=[
        os.path.join(self.root, folder)])
    self.run(body, scope)
    # What add_library makes of them is computed there.
    if folder == "protos":
      target = self.targets["modelservice_protos"]
      target.sources = self.paths(scope["protos"])

  def run(self, body, scope):
    """False when the commands returned early."""
    at = 0
    while at < len(body):
      line, name, raw = body[at]
      self.line = line
      if name == "function":
        end = block(body, at, "function", "endfunction")
        self.functions[raw[0].lower()] = (raw[1:], body[at + 1:end])
        at = end
      elif name == "foreach":
        end = block(body, at, "foreach", "endforeach")
        self.loop(raw, body[at + 1:end], scope)
        at = end
      elif name == "if":
        end = block(body, at, "if", "endif")
        if not self.branch(body[at:end], scope):
          return False
        at = end
      elif name == "return":
        return False
      else:
        self.call(name, self.expand(raw, scope), scope)
      at += 1
    return True

  def branch(self, body, scope):
    """Runs the branch that is taken."""
    depth = 0
    taken = None
    inside = []
    is_optional = False
    for command in body:
      line, name, raw = command
      depth += {"if": 1, "endif": -1}.get(name, 0)
      if depth == 1 and name in ("if", "elseif", "else"):
        if taken:
          break
        taken = name == "else" or self.holds(line, raw)
        is_optional = "TARGET" in raw
      elif taken:
        inside.append(command)
    self.optional += is_optional
    whole = self.run(inside, scope)
    self.optional -= is_optional
    return whole

  def holds(self, line, condition):
    for word, agree in (("OR", any), ("AND", all)):
      if word in condition:
        at = condition.index(word)
        return agree([self.holds(line, condition[:at]),
                      self.holds(line, condition[at + 1:])])
    if condition[:1] == ["NOT"]:
      return not self.holds(line, condition[1:])
    if condition[:1] == ["TARGET"] and len(condition) == 2:
      return True
    if len(condition) == 1 and condition[0].startswith("MODELSERVICE_"):
      return True
    raise Fault(f"{self.path}:{line}: does not know what to make of "
                f"if({' '.join(condition)})")

  def loop(self, raw, body, scope):
    words = self.expand(raw[1:], scope)
    if words[:1] == ["IN"]:
      items = words[2:] if words[1] == "ITEMS" else [
          item for name in words[2:] for item in scope.get(name, [])]
    else:
      items = words
    for item in items:
      scope[raw[0]] = [item]
      self.run(body, scope)

  def expand(self, raw, scope):
    words = []
    for word in raw:
      quoted = word.startswith('"')
      text = word[1:-1] if quoted else word
      text = re.sub(r"\$\{(\w+)\}",
                    lambda m: ";".join(scope.get(m.group(1), [])), text)
      if quoted:
        words.append(text)
      else:
        words += [part for part in text.split(";") if part]
    return words

  def paths(self, sources):
    folder = os.path.join(self.root, self.folder)
    return [os.path.relpath(os.path.join(folder, source), self.root)
            for source in sources]

  def call(self, name, arguments, scope):
    if name in self.functions:
      parameters, body = self.functions[name]
      inner = dict(scope)
      for parameter, argument in zip(parameters, arguments):
        inner[parameter] = [argument]
      inner["ARGN"] = arguments[len(parameters):]
      self.run(body, inner)
    elif name == "set":
      scope[arguments[0]] = arguments[1:]
    elif name == "add_subdirectory":
      folder, path = self.folder, self.path
      self.read_folder(os.path.normpath(os.path.join(folder, arguments[0])),
                       scope)
      self.folder, self.path = folder, path
    elif name == "get_filename_component" and arguments[2] == "NAME":
      scope[arguments[0]] = [os.path.basename(arguments[1])]
    elif name in ("modelservice_library", "modelservice_test"):
      parts = split_parts(arguments, PARTS[name])
      target = self.add(parts[""][0], name.split("_")[1])
      target.sources += self.paths(parts["SOURCES"])
      for part in ("PUBLIC", "PRIVATE", "LIBS"):
        target.libs += parts.get(part, [])
    elif name in ("add_library", "add_executable"):
      if "ALIAS" not in arguments:
        kind = "library" if name == "add_library" else "program"
        words = [word for word in arguments[1:]
                 if word not in ("STATIC", "OBJECT")]
        self.add(arguments[0], kind).sources += self.paths(words)
    elif name == "target_link_libraries":
      parts = split_parts(arguments, PARTS[name])
      target = self.targets[parts[""][0]]
      kept = target.optional_libs if self.optional else target.libs
      for part in ("PUBLIC", "PRIVATE", "INTERFACE"):
        kept += parts.get(part, [])
    elif name == "modelservice_generate":
      parts = split_parts(arguments, PARTS[name])
      self.targets[parts["TARGET"][0]].protos += self.paths(parts["PROTOS"])
    elif name not in OTHER:
      raise Fault(f"{self.path}:{self.line}: scripts/cmake_lists.py does not "
                  f"know the command {name}; teach it what {name} says of "
                  "sources")

  def add(self, name, kind):
    if name in self.targets:
      raise Fault(f"{self.path}:{self.line}: {name} is there already")
    self.targets[name] = Target(name, kind, self.folder)
    return self.targets[name]


def read(root, folders):
  """{name: Target} of the CMakeLists.txt in `folders` and below."""
  reader = Reader(root)
  for folder in folders:
    reader.read_folder(folder, {"PROJECT_SOURCE_DIR": [root]})
  return reader.targets
