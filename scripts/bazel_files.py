"""Reads BUILD.bazel files, and writes lists as buildifier does."""

import ast
import os
import re

# What the package of another one calls itself.
LABELS = {
    "absl::algorithm_container": "@abseil-cpp//absl/algorithm:container",
    "absl::any_invocable": "@abseil-cpp//absl/functional:any_invocable",
    "absl::btree": "@abseil-cpp//absl/container:btree",
    "absl::cleanup": "@abseil-cpp//absl/cleanup",
    "absl::cord": "@abseil-cpp//absl/strings:cord",
    "absl::core_headers": "@abseil-cpp//absl/base:core_headers",
    "absl::fixed_array": "@abseil-cpp//absl/container:fixed_array",
    "absl::flat_hash_map": "@abseil-cpp//absl/container:flat_hash_map",
    "absl::flat_hash_set": "@abseil-cpp//absl/container:flat_hash_set",
    "absl::function_ref": "@abseil-cpp//absl/functional:function_ref",
    "absl::hash": "@abseil-cpp//absl/hash",
    "absl::inlined_vector": "@abseil-cpp//absl/container:inlined_vector",
    "absl::span": "@abseil-cpp//absl/types:span",
    "absl::status": "@abseil-cpp//absl/status",
    "absl::statusor": "@abseil-cpp//absl/status:statusor",
    "absl::str_format": "@abseil-cpp//absl/strings:str_format",
    "absl::strings": "@abseil-cpp//absl/strings",
    "absl::synchronization": "@abseil-cpp//absl/synchronization",
    "absl::time": "@abseil-cpp//absl/time",
    "gRPC::grpc++": "@grpc//:grpc++",
    "GTest::gtest": "@googletest//:gtest",
    "hiredis::hiredis": "@hiredis//:hiredis",
    "libpq::pq": "@postgres//:pq",
    "OpenSSL::Crypto": "@openssl//:crypto",
    "OpenSSL::SSL": "@openssl//:ssl",
    # CMake's builds alone have metrics, channelz and files of the log: Bazel's
    # say what they lack.
    "gRPC::grpcpp_channelz": None,
    "civetweb::civetweb": None,
    "prometheus-cpp::pull": None,
    "spdlog::spdlog": None,
    "protobuf::libprotobuf": "@protobuf//:protobuf",
    "protobuf::libprotoc": "@protobuf//:protoc_lib",
    "re2::re2": "@re2//:re2",
    "SQLite3::SQLite3": "@sqlite3//:sqlite3",
    "Threads::Threads": None,  # Bazel links it always
}
SORTED = ("data", "deps", "hdrs", "protos", "srcs", "tags", "tests",
          "visibility")


def read(root, path):
  with open(os.path.join(root, path), encoding="utf-8") as file:
    return file.read()


def order(label):
  """buildifier's: files, then ":near", "//here" and "@elsewhere"."""
  phase = 1 if label.startswith(":") else (
      2 if label.startswith("//") else 3 if label.startswith("@") else 0)
  return phase, re.split("[.:]", label), label


class Build:
  """A BUILD.bazel: its rules, and where in the text their lists stand."""

  def __init__(self, root, path):
    self.path = path
    self.text = read(root, path)
    self.starts = [0]
    for line in self.text.splitlines(True):
      self.starts.append(self.starts[-1] + len(line.encode()))
    self.calls = [node.value for node in ast.parse(self.text, path).body
                  if isinstance(node, ast.Expr)
                  and isinstance(node.value, ast.Call)]
    self.rules = {}
    for call in self.calls:
      name = self.attribute(call, "name")
      if isinstance(name, ast.Constant):
        self.rules[name.value] = call

  @staticmethod
  def kind(call):
    return call.func.id if isinstance(call.func, ast.Name) else None

  @staticmethod
  def attribute(call, name):
    for keyword in call.keywords:
      if keyword.arg == name:
        return keyword.value
    return None

  @staticmethod
  def first_list(value):
    """The list that an attribute begins with, before + select(...)."""
    while isinstance(value, ast.BinOp):
      value = value.left
    return value if isinstance(value, ast.List) else None

  def place(self, node):
    return (self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset)


def constants(node):
  return [child.value for child in ast.walk(node)
          if isinstance(child, ast.Constant) and isinstance(child.value, str)]


def build_files(root):
  for folder, folders, names in os.walk(root):
    folders[:] = sorted(name for name in folders
                        if not name.startswith((".", "build", "node_modules"))
                        )
    if "BUILD.bazel" in names:
      yield os.path.relpath(os.path.join(folder, "BUILD.bazel"), root)


def list_text(labels):
  labels = sorted(labels, key=order)
  if len(labels) < 2:
    return f"[{', '.join(map(quote, labels))}]"
  return "[\n" + "".join(f"        {quote(label)},\n" for label in labels) + (
      "    ]")


def quote(label):
  return f'"{label}"'


def unsorted_lists(build):
  for call in build.calls:
    for keyword in call.keywords:
      for node in ast.walk(keyword.value):
        if keyword.arg in SORTED and isinstance(node, ast.List):
          labels = constants(node)
          if labels != sorted(set(labels), key=order):
            yield build.path, node.lineno, f"{keyword.arg} is not sorted"
