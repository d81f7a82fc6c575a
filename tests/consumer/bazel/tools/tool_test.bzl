"""A test of what runs while one builds, compiled as that is.

Bazel compiles tools apart from what they make, even where both are for the same
machine. So the plugin's unit tests are taken from there, and it is compiled once.
"""

def _tool_test_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        is_executable = True,
        output = program,
        target_file = ctx.executable.test,
    )
    return [DefaultInfo(
        executable = program,
        runfiles = ctx.attr.test[DefaultInfo].default_runfiles,
    )]

tool_test = rule(
    implementation = _tool_test_impl,
    attrs = {
        "test": attr.label(
            cfg = "exec",
            executable = True,
            mandatory = True,
        ),
    },
    test = True,
)
