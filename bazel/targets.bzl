"""How the targets of this project are made, like cmake/ModelserviceTargets.cmake."""

load("@rules_cc//cc:defs.bzl", "cc_library", "cc_test")
load("//bazel:modelservice.bzl", "cc_generated_library")

# What modelservice_unite of CMake does, so that the same sources meet.
_UNITE = """
for out in $(OUTS); do : > $$out; done
for source in %s; do
  hash=$$(printf %%s $$source | sha1sum | cut -c1-7)
  echo "#include \\"$$source\\"" >> $(@D)/%s_$$((0x$$hash %% %d)).cc
done
"""

def _united(name, sources):
    """Files that include `sources`, some six each."""
    groups, count = 1, len(sources)
    for _ in sources:
        if count > 8:
            groups, count = 2 * groups, count // 2
    name += "_united"
    outs = ["%s_%d.cc" % (name, i) for i in range(groups)]
    native.genrule(
        name = name,
        outs = outs,
        cmd = _UNITE % (" ".join(sources), name, groups),
        tags = ["manual"],
    )
    return outs

def _if_unity(then, otherwise):
    return select({
        "//bazel:with_unity": then,
        "//conditions:default": otherwise,
    })

def modelservice_library(name, srcs = [], **kwargs):
    """A library whose headers are found below its package."""
    sources = [src for src in srcs if src.endswith(".cc")]
    others = [src for src in srcs if not src.endswith(".cc")]
    if sources:
        srcs = _if_unity(_united(name, sources) + others, srcs)
    cc_library(
        name = name,
        srcs = srcs,
        includes = ["."],
        textual_hdrs = _if_unity(sources, []),
        **kwargs
    )

def modelservice_test(name, srcs, deps, **kwargs):
    """A GoogleTest program.

    Tags: `postgres`, `redis` and `django` are for tests that start such servers,
    and are skipped where these are not installed.
    """
    sources = [src for src in srcs if src.endswith(".cc")]
    others = [src for src in srcs if not src.endswith(".cc")]

    # A test has no textual_hdrs of its own.
    cc_library(
        name = name + "_sources",
        testonly = True,
        includes = ["."],
        tags = ["manual"],
        textual_hdrs = sources,
    )
    cc_test(
        name = name,
        srcs = _if_unity(_united(name, sources) + others, srcs),
        # A library of shared code for each of ours would take longer to link.
        linkstatic = True,
        deps = deps + ["@googletest//:gtest_main"] +
               _if_unity([":%s_sources" % name], []),
        **kwargs
    )

def cc_messages_library(name, protos, **kwargs):
    """The messages of `protos` alone: what the plugin itself stands on."""
    cc_generated_library(
        name = name,
        plugin = None,
        protos = protos,
        stubs = False,
        **kwargs
    )
