#!/usr/bin/python3
"""What generated code costs those who build it: time to generate a thousand
models, time to compile and size of what is generated, each beside protobuf's
and gRPC's own generated code for the same files.

    tests/benchmark/build_costs.py --build build/bench --json costs.json

Times are CPU time, user and system, and medians of some runs in turns.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import report

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parents[1] / "protos"

MODEL = """
message {name} {{
  option (modelservice.model) = {{
    table: "{table}"
    index {{ field: "owner_id" field: "create_time" }}
  }};
  int64 id = 1 [(modelservice.field) = {{ primary_key: true auto_increment: true }}];
  string title = 2 [(modelservice.field) = {{ unique: true max_length: 200 }}];
  string email = 3 [(modelservice.field) = {{ format: EMAIL }}];
  int64 owner_id = 4;
  optional double price = 5 [(modelservice.field) = {{ min: "0" }}];
  bool is_active = 6;
  repeated string tags = 7;
  google.protobuf.Timestamp create_time = 8 [(modelservice.field) = {{ role: CREATE_TIME }}];
}}

message Get{name}Request {{ int64 id = 1; }}
message List{name}sRequest {{ int32 page_size = 1; string page_token = 2; int64 owner_id = 3; }}
message List{name}sResponse {{ repeated {name} results = 1; string next_page_token = 2; }}

service {name}Service {{
  option (modelservice.service) = {{ model: "{name}" }};
  rpc List(List{name}sRequest) returns (List{name}sResponse);
  rpc Retrieve(Get{name}Request) returns ({name});
  rpc Create({name}) returns ({name});
  rpc Update({name}) returns ({name});
  rpc Destroy(Get{name}Request) returns (google.protobuf.Empty);
}}
"""


def write_protos(folder: Path, models: int, files: int) -> list:
    """Some models in some files; the files' names."""
    names = []
    for file in range(files):
        text = [
            'syntax = "proto3";', f"package costs{file};",
            'import "google/protobuf/empty.proto";',
            'import "google/protobuf/timestamp.proto";',
            'import "modelservice/annotations.proto";'
        ]
        for number in range(models // files):
            text.append(
                MODEL.format(name=f"Thing{number}",
                             table=f"thing_{file}_{number}"))
        names.append(f"costs{file}.proto")
        (folder / names[-1]).write_text("\n".join(text))
    return names


def cpu_seconds(command: list, folder: Path) -> float:
    process = subprocess.Popen(command, cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"failed: {shlex.join(command)}")
    return usage.ru_utime + usage.ru_stime


def medians(runs: dict, rounds: int) -> dict:
    """Of what the functions in `runs` give, called in turns."""
    seconds = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            seconds[name].append(run())
    return {name: statistics.median(times) for name, times in seconds.items()}


def generation(arguments: argparse.Namespace, models: int,
               files: int) -> dict:
    """Seconds to generate each kind of code for the same files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        protos = write_protos(folder, models, files)

        def run(*outputs):
            return lambda: cpu_seconds([
                arguments.protoc, "--proto_path=.", f"--proto_path={PROTOS}",
                *outputs, *protos
            ], folder)

        for kind in ("cpp", "grpc", "modelservice"):
            (folder / kind).mkdir()
        return medians(
            {
                "protobuf":
                    run("--cpp_out=cpp"),
                "gRPC":
                    run("--plugin=protoc-gen-grpc=" +
                        shutil.which("grpc_cpp_plugin"), "--grpc_out=grpc"),
                "ours":
                    run(
                        "--plugin=protoc-gen-modelservice=" +
                        str(arguments.build / "plugin/protoc-gen-modelservice"),
                        "--modelservice_out=modelservice"),
            }, arguments.rounds)


def compile_commands(build: Path) -> dict:
    """How the build folder compiles perf.proto's three sources."""
    suffixes = {
        "protobuf": "/perf.pb.cc",
        "gRPC": "/perf.grpc.pb.cc",
        "ours": "/perf.modelservice.pb.cc",
    }
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if "benchmark_ours" not in entry["command"]:
            continue
        for kind, suffix in suffixes.items():
            if entry["file"].endswith(suffix):
                command = shlex.split(entry["command"])
                if Path(command[0]).name == "ccache":
                    command = command[1:]
                command[command.index("-o") + 1] = "/dev/null"
                commands[kind] = (command, Path(entry["directory"]))
    if len(commands) != len(suffixes):
        sys.exit(f"{build} was not configured with "
                 "CMAKE_EXPORT_COMPILE_COMMANDS=ON")
    return commands


def compilation(arguments: argparse.Namespace) -> dict:
    """Seconds to compile each of perf.proto's generated sources."""
    return medians(
        {
            kind: lambda command=command, folder=folder: cpu_seconds(
                command, folder)
            for kind, (command, folder) in compile_commands(
                arguments.build).items()
        }, arguments.rounds)


def sizes(arguments: argparse.Namespace) -> dict:
    """KiB of code and constants in each of perf.proto's objects."""
    kib = {}
    with tempfile.TemporaryDirectory() as name:
        for kind, (command, folder) in compile_commands(
                arguments.build).items():
            target = Path(name) / "object.o"
            command[command.index("-o") + 1] = str(target)
            subprocess.run(command, cwd=folder, check=True)
            result = subprocess.run(["size", "--format=berkeley", str(target)],
                                    capture_output=True, text=True, check=True)
            kib[kind] = int(result.stdout.splitlines()[1].split()[0]) / 1024
    return kib


def measure(arguments: argparse.Namespace) -> list:
    kinds = [
        ("1,000 models in one file, generate, s",
         generation(arguments, 1000, 1)),
        ("1,000 models in 100 files, generate, s",
         generation(arguments, 1000, 100)),
        ("perf.proto, compile, s", compilation(arguments)),
        ("perf.proto, code and constants, KiB", sizes(arguments)),
    ]
    return [{"what": what, **figures} for what, figures in kinds]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--protoc", default="protoc")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    costs = measure(arguments)
    print(report.plain(report.costs(costs)))
    if arguments.json:
        arguments.json.write_text(json.dumps(costs, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"build_costs.py: {error}")
