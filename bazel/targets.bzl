"""How the targets of this project are made, like cmake/ModelserviceTargets.cmake."""

load("@rules_cc//cc:defs.bzl", "cc_library", "cc_test")
load("//bazel:modelservice.bzl", "cc_generated_library")

def modelservice_library(name, **kwargs):
    """A library whose headers are found below its package."""
    cc_library(
        name = name,
        includes = ["."],
        **kwargs
    )

def modelservice_test(name, deps, **kwargs):
    """A GoogleTest program.

    Tags: `postgres`, `redis` and `django` are for tests that start such servers,
    and are skipped where these are not installed.
    """
    cc_test(
        name = name,
        # A library of shared code for each of ours would take longer to link.
        linkstatic = True,
        deps = deps + ["@googletest//:gtest_main"],
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
