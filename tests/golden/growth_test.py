#!/usr/bin/env python3
"""Sees that what the plugin takes grows with what it is given, not with its square.

    growth_test.py --protoc=... --plugin=... --protos=...

Models that refer to each other, with services, in one file; and files that import
each other in a chain. Four times as many may take eight times as much of the
processor: what looks at all of them for each takes sixteen, whatever the machine.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

MOST = 8.0

# Keeps the request that protoc gives to a plugin, and generates nothing, but
# knows `optional` (CodeGeneratorResponse.supported_features).
CATCHER = r"""#!/bin/sh
cat > "$REQUEST"
printf '\020\001'
"""


def model(name, others):
    fields = "".join(
        f"  optional int64 other{i}_id = {i + 3} [(modelservice.field) = "
        f'{{ references {{ model: "{other}" {related} }} }}];\n'
        for i, (other, related) in enumerate(others)
    )
    return f"""
message {name} {{
  option (modelservice.model) = {{ table: "{name.lower()}" }};
  int64 id = 1 [(modelservice.field) = {{ primary_key: true }}];
  string title = 2;
{fields}}}
message Get{name}Request {{ int64 id = 1; }}
service {name}Service {{
  option (modelservice.service) = {{ model: "{name}" }};
  rpc Retrieve(Get{name}Request) returns ({name});
}}
"""


def head(imports):
    lines = ['syntax = "proto3";', "package growth;"]
    lines += [f'import "{name}";' for name in ["modelservice/annotations.proto", *imports]]
    return "\n".join(lines) + "\n"


def models_of_one_file(count):
    text = head([])
    for i in range(count):
        others = [(i * 7 + 1) % count, (i + 1) % count]
        text += model(
            f"M{i}",
            [(f"M{o}", f'related_name: "of{k}_{i}"') for k, o in enumerate(others)],
        )
    return {"all.proto": text}


def files_in_a_chain(count):
    files = {}
    for i in range(count):
        others = [o for o in (i - 1, i - 7) if o >= 0]
        files[f"m{i}.proto"] = head(f"m{o}.proto" for o in others) + model(
            f"M{i}", [(f"M{o}", "") for o in others]
        )
    return files


def processor_seconds(arguments, files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (pathlib.Path(folder) / name).write_text(text)
        catcher = pathlib.Path(folder) / "catcher"
        catcher.write_text(CATCHER)
        catcher.chmod(0o755)
        request = pathlib.Path(folder) / "request"
        subprocess.run(
            [
                arguments.protoc,
                f"--proto_path={folder}",
                f"--proto_path={arguments.protos}",
                f"--plugin=protoc-gen-modelservice={catcher}",
                f"--modelservice_out={folder}",
                *files,
            ],
            check=True,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, REQUEST=str(request)),
        )
        before = os.times().children_user
        with open(request, "rb") as taken:
            reply = subprocess.run(
                [arguments.plugin], stdin=taken, stdout=subprocess.PIPE, check=True
            ).stdout
        if b"DO NOT EDIT" not in reply:
            sys.exit(f"nothing was generated: {reply[:500]}")
        return os.times().children_user - before


def main():
    parser = argparse.ArgumentParser()
    for name in ("protoc", "plugin", "protos"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    failed = False
    for make, count in ((models_of_one_file, 200), (files_in_a_chain, 60)):
        few = min(processor_seconds(arguments, make(count)) for _ in range(3))
        many = min(processor_seconds(arguments, make(4 * count)) for _ in range(2))
        growth = many / few
        print(f"{make.__name__}: {count}: {few:.2f} s, {4 * count}: {many:.2f} s")
        if growth > MOST:
            print(f"  grew {growth:.1f} times, and may grow {MOST:.0f}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
