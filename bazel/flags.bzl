"""A switch of the command line: --@modelservice//bazel:postgres=False."""

def _switch_impl(_ctx):
    return []

switch = rule(
    implementation = _switch_impl,
    build_setting = config.bool(flag = True),
)
