"""What stands for the central registry where packages are installed in /usr.

For Debian 12's Bazel 4.2.3 (bazel-bootstrap, bazel-rules-java), which has no
registry, and without a network. In a WORKSPACE:

    load("@modelservice//bazel/offline:repositories.bzl", "modelservice_offline")

    modelservice_offline()

Each repository has the name and the labels of the registry's module, as far as
modelservice uses them, and links what is installed.
"""

_TOP = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])
"""

def _library(name, linkopts, deps = [], more = ""):
    return """
cc_library(
    name = "%s",
    linkopts = %s,
    deps = %s,%s
)
""" % (name, repr(linkopts), repr(deps), more)

def _written_impl(ctx):
    for path, target in ctx.attr.links.items():
        if not ctx.path(target).exists:
            fail("%s is not there; install %s" % (target, ctx.attr.package))
        ctx.symlink(target, path)
    for path, content in ctx.attr.files.items():
        ctx.file(path, content)

# A repository of the given texts, and of links into /usr.
_written = repository_rule(
    implementation = _written_impl,
    attrs = {
        "files": attr.string_dict(mandatory = True),
        "links": attr.string_dict(),
        "package": attr.string(doc = "Debian's, for who lacks it"),
    },
    local = True,
)

def _abseil_impl(ctx):
    pkg_config = ctx.which("pkg-config")
    if pkg_config == None:
        fail("pkg-config is not there; install pkg-config")
    names = []
    for package, targets in _ABSEIL.items():
        text = _TOP
        for target, name in targets.items():
            names.append("absl_" + name)
            text += "\nalias(\n    name = \"%s\",\n    actual = \"//:absl\",\n)\n" % target
        ctx.file("absl/%s/BUILD.bazel" % package, text)
    found = ctx.execute([pkg_config, "--libs-only-l"] + names)
    if found.return_code != 0:
        fail("%s; install libabsl-dev" % found.stderr)

    # Each once, in the order of the last.
    libraries = {}
    for word in reversed(found.stdout.strip().split(" ")):
        libraries[word] = None
    ctx.file("BUILD.bazel", _TOP + _library("absl", list(reversed(libraries.keys()))))

# The targets of each package, and what pkg-config calls them.
_ABSEIL = {
    "algorithm": {"container": "algorithm_container"},
    "base": {"core_headers": "core_headers"},
    "container": {
        "btree": "btree",
        "flat_hash_map": "flat_hash_map",
        "flat_hash_set": "flat_hash_set",
        "inlined_vector": "inlined_vector",
    },
    "functional": {
        "any_invocable": "any_invocable",
        "function_ref": "function_ref",
    },
    "hash": {"hash": "hash"},
    "status": {
        "status": "status",
        "statusor": "statusor",
    },
    "strings": {
        "cord": "cord",
        "str_format": "str_format",
        "strings": "strings",
    },
    "synchronization": {"synchronization": "synchronization"},
    "time": {"time": "time"},
    "types": {"span": "span"},
}

_abseil = repository_rule(implementation = _abseil_impl, local = True)

_GOOGLE_PROTOS = [
    "any",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "struct",
    "timestamp",
    "wrappers",
]

def _protobuf():
    build = _TOP + """
alias(
    name = "protoc",
    actual = "bin/protoc",
)
"""
    build += _library("protobuf", ["-lprotobuf", "-lpthread"], ["@abseil-cpp//:absl"])
    build += _library("protoc_lib", ["-lprotoc"], [":protobuf"])
    for name in _GOOGLE_PROTOS:
        build += """
proto_library(
    name = "%s_proto",
    srcs = ["include/google/protobuf/%s.proto"],
    strip_import_prefix = "include",
)
""" % (name, name)
    _written(
        name = "protobuf",
        files = {
            "BUILD.bazel": build,
            "bazel/BUILD.bazel": "",
            "bazel/common/BUILD.bazel": "",
            "bazel/common/native.bzl": "NativeProtoInfo = ProtoInfo\n",
            # A file cannot name a builtin anew that it reads.
            "bazel/common/proto_info.bzl": (
                "load(\":native.bzl\", \"NativeProtoInfo\")\n" +
                "ProtoInfo = NativeProtoInfo\n"
            ),
            "bazel/proto_library.bzl": "proto_library = native.proto_library\n",
        },
        links = {
            "bin/protoc": "/usr/bin/protoc",
            "include/google": "/usr/include/google",
        },
        package = "protobuf-compiler libprotobuf-dev libprotoc-dev",
    )

def _grpc():
    _written(
        name = "grpc",
        files = {
            "BUILD.bazel": _TOP + _library(
                "grpc++",
                ["-lgrpc++", "-lgrpc", "-lgpr"],
                ["@protobuf//:protobuf"],
            ),
            "src/compiler/BUILD.bazel": (
                "exports_files([\"grpc_cpp_plugin\"])\n"
            ),
            # Debian's gRPC links OpenSSL anyhow. The flag is the registry's.
            "third_party/BUILD.bazel": (
                "load(\":flag.bzl\", \"flag\")\n" +
                "flag(name = \"grpc_use_openssl\", build_setting_default = True," +
                " visibility = [\"//visibility:public\"])\n"
            ),
            "third_party/flag.bzl": (
                "def _flag(ctx):\n    return []\n" +
                "flag = rule(_flag, build_setting = config.bool(flag = True))\n"
            ),
        },
        links = {"src/compiler/grpc_cpp_plugin": "/usr/bin/grpc_cpp_plugin"},
        package = "protobuf-compiler-grpc libgrpc++-dev",
    )

# Names that Bazel 4 has built in, where newer rules load them.
_RULES_CC = "".join([
    "%s = native.%s\n" % (name, name)
    for name in [
        "cc_binary",
        "cc_import",
        "cc_library",
        "cc_test",
        "cc_toolchain",
        "cc_toolchain_suite",
        "fdo_prefetch_hints",
        "fdo_profile",
        "objc_library",
    ]
])

def _system(name, libraries, header, package, more = "", links = {}):
    """A repository of libraries: {name: linkopts}."""
    build = _TOP
    for library, linkopts in libraries.items():
        build += _library(library, linkopts, more = more)
    _written(
        name = name,
        files = {"BUILD.bazel": build},
        # Beside what `links` has: says in time what is to be installed.
        links = dict(links, installed = header),
        package = package,
    )

def modelservice_offline():
    """Declares every repository that a WORKSPACE with modelservice needs."""
    _written(
        name = "rules_cc",
        files = {
            "BUILD.bazel": "",
            "cc/BUILD.bazel": "",
            "cc/defs.bzl": _RULES_CC,
        },
    )

    # Bazel 4 asks for these two as soon as there is a cc_test.
    native.local_repository(
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
    )
    _written(
        name = "remote_coverage_tools",
        files = {
            "BUILD.bazel": _TOP + """
filegroup(name = "coverage_report_generator")

filegroup(name = "lcov_merger")
""",
        },
    )

    _abseil(name = "abseil-cpp")
    _protobuf()
    _grpc()
    _system(
        name = "googletest",
        libraries = {
            "gtest": ["-lgmock", "-lgtest", "-lpthread"],
            "gtest_main": ["-lgtest_main", "-lgmock", "-lgtest", "-lpthread"],
        },
        header = "/usr/include/gmock/gmock.h",
        package = "libgtest-dev libgmock-dev",
    )
    _system(
        name = "hiredis",
        libraries = {"hiredis": ["-lhiredis"]},
        header = "/usr/include/hiredis/hiredis.h",
        package = "libhiredis-dev",
    )
    _system(
        name = "openssl",
        libraries = {
            "crypto": ["-lcrypto"],
            "ssl": ["-lssl", "-lcrypto"],
        },
        header = "/usr/include/openssl/evp.h",
        package = "libssl-dev",
    )
    _system(
        name = "postgres",
        libraries = {"pq": ["-lpq"]},
        header = "/usr/include/postgresql/libpq-fe.h",
        links = {"include": "/usr/include/postgresql"},
        more = """
    hdrs = glob(["include/*.h"]),
    includes = ["include"],""",
        package = "libpq-dev",
    )
    _system(
        name = "re2",
        libraries = {"re2": ["-lre2"]},
        header = "/usr/include/re2/re2.h",
        package = "libre2-dev",
    )
    _system(
        name = "sqlite3",
        libraries = {"sqlite3": ["-lsqlite3"]},
        header = "/usr/include/sqlite3.h",
        package = "libsqlite3-dev",
    )
