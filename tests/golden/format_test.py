#!/usr/bin/env python3
"""Asks clang-format whether it would leave generated code as it is.

  format_test.py --protoc=... --plugin=... --protos=... --style=.clang-format

That of every golden case, and of models and services with random long names.
Lines have at most 80 columns, unless a token alone is too long for one.

How code is broken differs a little between clang-format's versions: the one
that counts is Debian 12's. Without one of that version the test is skipped,
but not with CI set.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

from golden import CASES, show_difference

VERSION = 14
SKIPPED = 77
WIDTH = 80


def clang_format():
    """The program of the version that counts, or None."""
    for name in (f"clang-format-{VERSION}", "clang-format"):
        program = shutil.which(name)
        if program is None:
            continue
        says = subprocess.run(
            [program, "--version"], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        if re.search(rf"version {VERSION}\.", says):
            return program
    return None


def word(rng, least, most):
    return rng.choice("abcdefghijklmnopqrstuvwxyz") + "".join(
        rng.choice("abcdefghijklmnopqrstuvwxyz0123456789")
        for _ in range(rng.randint(least, most))
    )


def snake(rng):
    """A name of one to seven words."""
    return "_".join(word(rng, 1, 9) for _ in range(rng.randint(1, 7)))


def camel(rng):
    return snake(rng).title().replace("_", "")


def random_proto(rng, table):
    """A file with long names: a model, a service for it, one without."""
    package = ".".join(word(rng, 2, 20) for _ in range(rng.randint(1, 3)))
    model = camel(rng) + "M"
    fields = []
    for number in range(2, rng.randint(3, 14)):
        name = f"{snake(rng)}_{number}"
        optional = rng.choice(["", "optional "])
        kind, settings = rng.choice(
            [
                ("string", f'max_length: {number}'),
                ("string", f'pattern: "{camel(rng)}[a-z]+ {camel(rng)}"'),
                ("int64", 'min: "1" max: "99"'),
                ("string", "format: EMAIL behavior: REQUIRED"),
                ("string", 'in: "' + '" in: "'.join(
                    f"{word(rng, 1, 12)}{i}" for i in range(rng.randint(1, 9))
                ) + '"'),
                ("bool", "behavior: IMMUTABLE"),
                ("Kind" + model, "unique: true"),
                ("google.protobuf.Timestamp", "behavior: OUTPUT_ONLY"),
            ]
        )
        if kind == "google.protobuf.Timestamp":
            optional = ""
        if settings.startswith("in:"):
            optional = "optional "
        if "REQUIRED" in settings:
            optional = ""
        fields.append(
            f"  // {' '.join(word(rng, 1, 14) for _ in range(rng.randint(0, 25)))}\n"
            f"  {optional}{kind} {name} = {number} "
            f'[(modelservice.field) = {{ {settings} column: "c{number}" }}];'
        )
    names = {camel(rng) for _ in range(4)}
    custom = "\n".join(
        f"  rpc {name}({rng.choice(['', 'stream '])}{model}) returns "
        f"({rng.choice(['', 'stream '])}{model});"
        for name in sorted(names)
    )
    return f"""syntax = "proto3";
package {package};
import "modelservice/annotations.proto";
import "google/protobuf/timestamp.proto";
enum Kind{model} {{ NONE = 0; }}
message {model} {{
  option (modelservice.model) = {{ table: "{table}" }};
  int64 id = 1 [(modelservice.field) = {{ primary_key: true auto_increment: true }}];
{chr(10).join(fields)}
}}
message Key{model} {{ int64 id = 1; }}
service {camel(rng)}S {{
  option (modelservice.service) = {{
    model: "{model}"
    rate_limit {{ max_calls: 9 period {{ seconds: 60 }} key: "peer" group: "{snake(rng)}" }}
  }};
  rpc Retrieve(Key{model}) returns ({model});
  rpc Create({model}) returns ({model});
  rpc Stream(Key{model}) returns (stream {model});
}}
service {camel(rng)}T {{
  option (modelservice.service) = {{}};
{custom}
}}
"""


def generate_random(arguments, out, count):
    rng = random.Random(20)
    protos = pathlib.Path(out) / "protos"
    protos.mkdir()
    names = []
    for i in range(count):
        names.append(f"random{i}.proto")
        (protos / names[-1]).write_text(random_proto(rng, f"table{i}"))
    subprocess.run(
        [
            arguments.protoc,
            f"--proto_path={protos}",
            f"--proto_path={arguments.protos}",
            f"--plugin=protoc-gen-modelservice={arguments.plugin}",
            f"--modelservice_out={out}",
            *names,
        ],
        check=True,
    )
    return [p for p in pathlib.Path(out).rglob("*.modelservice.pb.*")]


def too_wide(text):
    """Lines that have more than one token, and are past the width.

    clang-format leaves some where names are longer than a line, so this is for
    names as people choose them.
    """
    for line in text.splitlines():
        words = line.strip().removeprefix("///").removeprefix("//").split()
        if len(line) <= WIDTH or len(words) < 2 or line.startswith("#"):
            continue
        # Nothing in it can be put into a line of its own.
        if max(len(w) for w in words) + 12 > WIDTH:
            continue
        yield line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--protos", required=True, help="folder of our options")
    parser.add_argument("--style", required=True, help="the .clang-format")
    parser.add_argument("--random", type=int, default=12, help="files of them")
    arguments = parser.parse_args()

    program = clang_format()
    if program is None:
        print(f"clang-format {VERSION} is not installed")
        sys.exit(1 if os.environ.get("CI") else SKIPPED)
    with tempfile.TemporaryDirectory() as out:
        goldens = [
            path
            for pattern in ("*.modelservice.pb.h", "*.modelservice.pb.cc")
            for path in CASES.rglob(pattern)
        ]
        files = sorted(goldens) + sorted(
            generate_random(arguments, out, arguments.random)
        )
        if len(goldens) < 20 or len(files) != len(goldens) + 2 * arguments.random:
            sys.exit(f"only {len(files)} files were found")
        failed = 0
        for path in files:
            have = path.read_bytes()
            want = subprocess.run(
                [program, f"--style=file:{arguments.style}", path],
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
            wide = list(too_wide(have.decode())) if path in goldens else []
            if have == want and not wide:
                continue
            failed += 1
            show_difference(path.name, want, have)
            for line in wide:
                print(f"{path.name}: past {WIDTH} columns: {line}")
        print(f"{len(files) - failed} of {len(files)} files are as they should be")
        sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
