"""Sees that scripts/check_sources.py finds what it is for, and mends it."""

import os
import sys
import tempfile

# A small tree without a fault, and what makes each fault in it.
SOUND = {
    "protos/CMakeLists.txt": "set(protos modelservice/a.proto)\n"
                             "add_library(modelservice_protos STATIC)\n",
    "protos/BUILD.bazel": 'proto_library(name = "a_proto",\n'
                          '    srcs = ["modelservice/a.proto"])\n',
    "runtime/CMakeLists.txt": """
modelservice_library(modelservice_sql
  SOURCES modelservice/sql/ddl.cc modelservice/sql/ddl.h  # "quoted (
  PUBLIC absl::strings)
if(TARGET libpq::pq)
  modelservice_library(modelservice_pq SOURCES modelservice/pq.cc
                       PUBLIC libpq::pq Threads::Threads)
endif()
add_subdirectory(modelservice/db)
""",
    "runtime/modelservice/db/CMakeLists.txt": """
modelservice_library(modelservice_db SOURCES ../db.cc PUBLIC modelservice::sql)
if(TARGET modelservice_pq)
  target_link_libraries(modelservice_db PUBLIC modelservice::pq)
endif()
function(db_test name)
  modelservice_test(db_${name} SOURCES ${name}.cc LIBS modelservice::db)
endfunction()
db_test(open_test)
modelservice_generate(TARGET db_open_test PROTOS open.proto)
""",
    "runtime/modelservice/sql/ddl.cc": '#include "modelservice/sql/ddl.h"\n',
    "runtime/modelservice/sql/ddl.h": "#pragma once\n",
    "runtime/modelservice/pq.cc": "",
    "runtime/modelservice/db.cc": '#include "modelservice/sql/ddl.h"\n',
    "runtime/modelservice/db/open_test.cc":
        '#include "modelservice/db/test_support.h"\n'
        '#include "open.pb.h"\n',
    "runtime/modelservice/db/test_support.h": "#pragma once\n",
    "runtime/modelservice/base/compat.h": "#pragma once\n",
    "runtime/modelservice/base/version.h": "#pragma once\n",
    "runtime/BUILD.bazel": """
cc_library(
    name = "compat",
    hdrs = [
        "modelservice/base/compat.h",
        "modelservice/base/version.h",
    ],
)

modelservice_library(
    name = "sql",
    srcs = ["modelservice/sql/ddl.cc"],
    hdrs = ["modelservice/sql/ddl.h"],
    deps = ["@abseil-cpp//absl/strings"],
)

modelservice_library(
    name = "pq",
    srcs = ["modelservice/pq.cc"],
    deps = ["@postgres//:pq"],
)

modelservice_library(
    name = "db",
    srcs = ["modelservice/db.cc"],
    deps = [":sql"] + select({":x": [":pq"]}),
)

modelservice_test(
    name = "db_open_test",
    srcs = [
        "modelservice/db/open_test.cc",
        "modelservice/db/test_support.h",
    ],
    deps = [
        ":db",
        ":open_models",
    ],
)

proto_library(name = "open_proto", srcs = ["modelservice/db/open.proto"])

test_suite(name = "quick", tests = [":db_open_test"])
""",
    "plugin/CMakeLists.txt": "add_executable(gen main.cc)\n"
                             "target_link_libraries(gen PRIVATE "
                             "modelservice_sql)\n",
    "plugin/main.cc": "",
    "plugin/BUILD.bazel": """
cc_binary(
    name = "gen",
    srcs = ["main.cc"],
    deps = ["//runtime:sql"],
)
""",
}
# File, what is replaced there by what, what is said; whether --update mends it.
WRONG = (
    ("runtime/CMakeLists.txt", "modelservice/sql/ddl.h", "",
     None, True),  # found from the #include
    ("runtime/BUILD.bazel", '["modelservice/sql/ddl.cc"]', "[]",
     "sql: srcs lacks modelservice/sql/ddl.cc", True),
    ("runtime/BUILD.bazel", '    srcs = ["modelservice/sql/ddl.cc"],\n', "",
     "sql: srcs lacks modelservice/sql/ddl.cc", True),
    ("runtime/BUILD.bazel", '    deps = ["@postgres//:pq"],\n', "",
     "pq: deps lacks @postgres//:pq", True),
    ("runtime/BUILD.bazel", '        "modelservice/db/test_support.h",\n', "",
     "db_open_test: srcs lacks modelservice/db/test_support.h", True),
    ("runtime/BUILD.bazel", '"modelservice/db.cc"',
     '"modelservice/db.cc", "modelservice/old.cc"',
     "db: srcs has modelservice/old.cc, which CMake has not", True),
    ("runtime/BUILD.bazel", '["@abseil-cpp//absl/strings"]',
     '["@abseil-cpp//absl/strings", "@re2//:re2"]',
     "sql: deps has @re2//:re2, which CMake has not", True),
    ("runtime/BUILD.bazel", '":pq"', "", "which CMake links where it is",
     False),
    ("runtime/BUILD.bazel", '        ":db",\n        ":open_models",\n',
     '        ":open_models",\n        ":db",\n', "deps is not sorted", True),
    ("runtime/BUILD.bazel", 'name = "db_open_test"', 'name = "db_gone_test"',
     "db_gone_test is no target of CMake's", True),
    ("runtime/BUILD.bazel", '[":db_open_test"]', '[":db_gone_test"]',
     "quick: there is no :db_gone_test", False),
    ("runtime/BUILD.bazel", "modelservice/db/open.proto", "open.proto",
     "modelservice/db/open.proto is in no proto_library", False),
    ("runtime/CMakeLists.txt", "add_subdirectory(modelservice/db)",
     "add_subdirectory(modelservice/db)\nmodelservice_test(new_test SOURCES "
     "modelservice/pq.cc LIBS modelservice::pq)",
     "has no rule for new_test", True),
    ("runtime/CMakeLists.txt", "absl::strings", "absl::unheard_of",
     "has no label for it", False),
    ("runtime/CMakeLists.txt", "if(TARGET libpq::pq)", "if(UNIX)",
     "if(UNIX)", False),
    ("runtime/CMakeLists.txt", "add_subdirectory(", "target_sources(",
     "does not know the command target_sources", False),
    ("runtime/modelservice/pq.cc", "", '#include "modelservice/sql/ddl.h"\n',
     "pq includes runtime/modelservice/sql/ddl.h of modelservice_sql, which",
     False),
    ("runtime/modelservice/forgotten.cc", "", "\n",
     "is in no list of a CMakeLists.txt", False),
    ("runtime/modelservice/pq.cc", None, None, "which is not there", False),
    ("plugin/main.cc", "", '#include "modelservice/base/version.h"\n',
     "gen: deps lacks //runtime:compat", True),
    ("runtime/modelservice/base/compat.h", None, None,
     "compat: hdrs has modelservice/base/compat.h", True),
    ("plugin/BUILD.bazel", None, None, "is not there", False),
    ("examples/shop/CMakeLists.txt", "", "add_executable(shop main.cc)\n",
     "shop lists examples/shop/main.cc, which is not there", False),
    ("examples/shop/CMakeLists.txt", "", "add_executable(shop)\n",
     "examples/shop/BUILD.bazel: is not there", False),
)


def write_tree(root, files):
  for path, text in files.items():
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
      file.write(text)


def check_that_faults_are_found(said, update):
  """Ends the program unless said(root) names each fault, and update(root) mends
  those that it can."""
  with tempfile.TemporaryDirectory() as root:
    write_tree(root, SOUND)
    if found := said(root):
      sys.exit(f"sources: finds what is none: {found}")
  for path, old, new, expected, mends in WRONG:
    files = dict(SOUND)
    if old is None:
      del files[path]
    else:
      files[path] = files.get(path, "").replace(old, new, 1) if old else new
      if files[path] == SOUND.get(path):
        sys.exit(f"sources: {old!r} does not stand in {path}")
    with tempfile.TemporaryDirectory() as root:
      write_tree(root, files)
      found = said(root)
      if (not any(expected in what for what in found) if expected
          else found):
        sys.exit(f"sources: of {path} with {new!r} for {old!r} it says {found}"
                 f" and not {expected!r}")
      if mends:
        silence, sys.stdout = sys.stdout, open(os.devnull, "w")
        update(root)
        sys.stdout = silence
        if found := said(root):
          sys.exit(f"sources: --update does not mend {path} with {new!r} for "
                   f"{old!r}: {found}")
