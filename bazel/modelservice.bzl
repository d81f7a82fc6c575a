"""C++ from annotated .proto files: messages, model services and client stubs.

    load("@modelservice//bazel:modelservice.bzl", "cc_modelservice_library")
    load("@protobuf//bazel:proto_library.bzl", "proto_library")

    proto_library(
        name = "shop_proto",
        srcs = ["shop.proto"],
        deps = ["@modelservice//protos:annotations_proto"],
    )

    cc_modelservice_library(
        name = "shop_models",
        protos = [":shop_proto"],
    )

    cc_binary(
        name = "shop",
        srcs = ["main.cc"],
        deps = [
            ":shop_models",
            "@modelservice//runtime:manage",
        ],
    )
"""

load("@protobuf//bazel/common:proto_info.bzl", "ProtoInfo")
load("@rules_cc//cc:defs.bzl", "cc_library")

_MESSAGES = [".pb.h", ".pb.cc"]
_STUBS = [".grpc.pb.h", ".grpc.pb.cc"]
_MODELS = [".modelservice.pb.h", ".modelservice.pb.cc"]
_CLIENTS = [".modelservice.client.pb.h", ".modelservice.client.pb.cc"]

def _import_name(file):
    """What an import statement calls `file`."""
    name = file.short_path
    if name.startswith("../"):
        name = name[name.index("/", len("../")) + 1:]
    virtual = "_virtual_imports/"
    if virtual in name:
        # Behind it stands the proto_library's name, and then the import.
        name = name[name.index(virtual) + len(virtual):]
        name = name[name.index("/") + 1:]
    return name

def _generate_impl(ctx):
    infos = [target[ProtoInfo] for target in ctx.attr.protos]
    sources = [source for info in infos for source in info.direct_sources]
    if not sources:
        fail("%s: its protos have no srcs; name the proto_library that has them" %
             ctx.label)
    endings = _MESSAGES + (_STUBS if ctx.attr.stubs else []) + (
        _MODELS if ctx.attr.plugin and ctx.attr.server else []
    ) + (_CLIENTS if ctx.attr.plugin and ctx.attr.client else [])
    names = [_import_name(source) for source in sources]
    outputs = [
        ctx.actions.declare_file(
            ctx.label.name + "/" + name[:-len(".proto")] + ending,
        )
        for name in names
        for ending in endings
    ]
    out = outputs[0].path[:-len("/" + names[0][:-len(".proto")] + endings[0])]

    args = ctx.actions.args()

    # The longest first, and the root last: protoc takes the first that a file
    # lies below.
    folders = {
        folder: None
        for info in infos
        for folder in info.transitive_proto_path.to_list()
    }
    folders.pop(".", None)
    for folder in sorted(folders, key = len, reverse = True) + ["."]:
        args.add("--proto_path=" + folder)
    args.add("--cpp_out=" + out)
    tools = []
    if ctx.attr.stubs:
        args.add(ctx.executable._grpc_plugin, format = "--plugin=protoc-gen-grpc=%s")
        args.add("--grpc_out=" + out)
        tools.append(ctx.executable._grpc_plugin)
    if ctx.attr.plugin:
        args.add(
            ctx.executable.plugin,
            format = "--plugin=protoc-gen-modelservice=%s",
        )
        args.add("--modelservice_out=" + out)
        if ctx.attr.server:
            args.add("--modelservice_opt=emit=cpp")
        if ctx.attr.client:
            args.add("--modelservice_opt=emit=client")
        if ctx.attr.dialect:
            args.add("--modelservice_opt=dialect=" + ctx.attr.dialect)
        tools.append(ctx.attr.plugin[DefaultInfo].files_to_run)
    args.add_all(names)
    ctx.actions.run(
        executable = ctx.executable._protoc,
        arguments = [args],
        inputs = depset(
            sources,
            transitive = [
                # Bazel 4 has the files that were moved below another import
                # folder in the first of them only.
                getattr(info, "transitive_imports", info.transitive_sources)
                for info in infos
            ],
        ),
        tools = tools,
        outputs = outputs,
        mnemonic = "ModelserviceGenerate",
        progress_message = "Generating C++ of %s" % ctx.label,
    )
    headers = [file for file in outputs if file.extension == "h"]
    code = [file for file in outputs if file.extension == "cc"]
    return [
        DefaultInfo(files = depset(outputs)),
        OutputGroupInfo(headers = depset(headers), sources = depset(code)),
    ]

modelservice_generate = rule(
    implementation = _generate_impl,
    doc = """Runs protoc over the .proto files of `protos`, all at once: so two
tables or two functions of one name are an error. What they import is not
generated. The output groups are `headers` and `sources`, below a folder of the
rule's name.""",
    attrs = {
        "client": attr.bool(
            doc = "Whether to make the classes that call services.",
        ),
        "dialect": attr.string(
            doc = "The one database that the models are for; default: every one.",
            values = ["", "postgres", "sqlite"],
        ),
        "plugin": attr.label(
            doc = "protoc-gen-modelservice; without it messages alone are made.",
            cfg = "exec",
            executable = True,
        ),
        "protos": attr.label_list(
            doc = "proto_library targets.",
            allow_empty = False,
            mandatory = True,
            providers = [ProtoInfo],
        ),
        "server": attr.bool(
            doc = "Whether to make models and what serves them.",
            default = True,
        ),
        "stubs": attr.bool(
            doc = "Whether to make what clients call: x.grpc.pb.h.",
            default = True,
        ),
        "_grpc_plugin": attr.label(
            allow_single_file = True,
            cfg = "exec",
            default = Label("@grpc//src/compiler:grpc_cpp_plugin"),
            executable = True,
        ),
        "_protoc": attr.label(
            allow_single_file = True,
            cfg = "exec",
            default = Label("@protobuf//:protoc"),
            executable = True,
        ),
    },
)

def cc_generated_library(
        name,
        protos,
        plugin,
        deps,
        dialect = "",
        stubs = True,
        client = False,
        server = True,
        **kwargs):
    """The cc_library `name` of what modelservice_generate makes of `protos`."""
    generated = name + "_generated"
    common = {
        key: kwargs[key]
        for key in ("tags", "testonly")
        if key in kwargs
    }
    modelservice_generate(
        name = generated,
        client = client,
        dialect = dialect,
        plugin = plugin,
        protos = protos,
        server = server,
        stubs = stubs,
        visibility = ["//visibility:private"],
        **common
    )
    for group in ("headers", "sources"):
        native.filegroup(
            name = name + "_" + group,
            srcs = [":" + generated],
            output_group = group,
            visibility = ["//visibility:private"],
            **common
        )
    cc_library(
        name = name,
        srcs = [":" + name + "_sources"],
        hdrs = [":" + name + "_headers"],
        includes = [generated],
        deps = deps + [str(Label("@protobuf//:protobuf"))] + (
            [str(Label("@grpc//:grpc++"))] if stubs else []
        ),
        **kwargs
    )

def cc_modelservice_library(
        name,
        protos,
        deps = [],
        dialect = "",
        stubs = True,
        client = False,
        server = True,
        **kwargs):
    """A cc_library of the messages, model services and stubs of .proto files.

    It is included as the .proto is imported: "shop/v1/shop.modelservice.pb.h",
    "shop/v1/shop.pb.h", "shop/v1/shop.grpc.pb.h". It holds the messages, too: do
    not link a cc_proto_library of the same files beside it.

    Args:
      name: the library's name.
      protos: proto_library targets, whose own srcs are generated.
      deps: the libraries of what they import: cc_modelservice_library, or a
        cc_proto_library for files without models. google/protobuf/... and
        modelservice/... are there without being named.
      dialect: "sqlite" or "postgres", when the models are for that database
        alone, whose SQL their options then hold; default: for every one.
      stubs: whether to make gRPC's stubs, which only clients need; a third of
        the time that generated code takes to compile.
      client: whether to make a class that calls each service,
        "shop/v1/shop.modelservice.client.pb.h"; it needs no stubs.
      server: whether to make models and services. Without them, a program that
        calls links neither a database nor a server; the deps are such libraries,
        too.
      **kwargs: what any cc_library takes (visibility, testonly, ...).
    """
    cc_generated_library(
        name = name,
        protos = protos,
        deps = deps + (
            [str(Label("//runtime"))] if server else []
        ) + ([str(Label("//runtime:client"))] if client else []),
        client = client,
        dialect = dialect,
        plugin = str(Label("//plugin:protoc-gen-modelservice")),
        server = server,
        stubs = stubs,
        **kwargs
    )
