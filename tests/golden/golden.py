#!/usr/bin/env python3
"""Compares what the plugin makes of each case with what it should make.

A case is a folder below cases/. Every .proto in it, but for those below its
imports/, goes through the real protoc in one call. A good case has the files
that come out beside its .proto files, and in notes.txt what the plugin says all
the same; a bad one has errors.txt, the plugin's diagnostics. options.txt holds
the plugin's parameter, if any, and protobuf.txt the major version of protobuf
that alone has such names in C++. What protoc itself warns of is left out.

  golden.py --protoc=... --plugin=... --protos=... [--update] [case...]

--update rewrites the expected files from what came out.
"""

import argparse
import difflib
import pathlib
import re
import subprocess
import sys
import tempfile

CASES = pathlib.Path(__file__).resolve().parent / "cases"
ERRORS = "errors.txt"
NOTES = "notes.txt"
OPTIONS = "options.txt"
PROTOBUF = "protobuf.txt"
# protoc puts this before what a plugin says.
PREFIX = "--modelservice_out: "
# Protoc's own, whose words are those of its version; the plugin's begin with the
# element.
WARNING = re.compile(r"^\S+: warning: (?!\S+: ).*\n", re.MULTILINE)
# What later SQLites add to their words.
SQLITE_HINT = re.compile(r' - should this be a string literal in single-quotes\?')
QUOTED_COLUMN = re.compile(r'(no such column: )"(\w+)"')


def protos_of(case):
    return sorted(
        path.relative_to(case).as_posix()
        for path in case.rglob("*.proto")
        if path.relative_to(case).parts[0] != "imports"
    )


def generate(arguments, case):
    """Returns the files that come out of one protoc run: name -> bytes."""
    with tempfile.TemporaryDirectory() as out:
        command = [arguments.protoc, f"--proto_path={case}"]
        if (case / "imports").is_dir():
            command.append(f"--proto_path={case / 'imports'}")
        command += [
            f"--proto_path={arguments.protos}",
            f"--plugin=protoc-gen-modelservice={arguments.plugin}",
            f"--modelservice_out={out}",
        ]
        if (case / OPTIONS).exists():
            parameter = (case / OPTIONS).read_text().strip()
            command.append(f"--modelservice_opt={parameter}")
        run = subprocess.run(
            command + protos_of(case), stderr=subprocess.PIPE, check=False
        )
        root = pathlib.Path(out)
        files = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }
        text = WARNING.sub("", run.stderr.decode(errors="replace"))
        text = QUOTED_COLUMN.sub(r"\1\2", SQLITE_HINT.sub("", text))
        if run.returncode == 0:
            if text:
                files[NOTES] = text.encode()
            return files
        if text.startswith(PREFIX):
            text = text[len(PREFIX) :]
        # Files beside errors.txt would be a failure of their own.
        files[ERRORS] = text.encode()
        return files


def expected_of(case):
    return {
        path.relative_to(case).as_posix(): path.read_bytes()
        for path in case.rglob("*")
        if path.is_file()
        and path.suffix != ".proto"
        and path.name not in (OPTIONS, PROTOBUF)
    }


def is_of(case, protobuf):
    """Whether the case is one of this version of protobuf."""
    only = case / PROTOBUF
    return not only.exists() or protobuf.split(".")[0] == only.read_text().strip()


def show_difference(name, expected, actual):
    sys.stdout.writelines(
        difflib.unified_diff(
            expected.decode(errors="replace").splitlines(keepends=True),
            actual.decode(errors="replace").splitlines(keepends=True),
            f"expected/{name}",
            f"actual/{name}",
        )
    )


def compare(case, actual):
    expected = expected_of(case)
    same = True
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) == actual.get(name):
            continue
        same = False
        if name not in actual:
            print(f"{case.name}/{name}: left over, it is not generated")
        elif name not in expected:
            print(f"{case.name}/{name}: generated, but not expected")
        show_difference(
            f"{case.name}/{name}", expected.get(name, b""), actual.get(name, b"")
        )
    return same


def update(case, actual):
    for name in expected_of(case).keys() - actual.keys():
        (case / name).unlink()
    for name, content in actual.items():
        path = case / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def check(arguments, case):
    actual = generate(arguments, case)
    if generate(arguments, case) != actual:
        print(f"{case.name}: two runs gave different bytes")
        return False
    if arguments.update:
        update(case, actual)
        return True
    return compare(case, actual)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--protos", required=True, help="folder of our options")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("case", nargs="*", help="names; default: all")
    arguments = parser.parse_args()

    known = sorted(path.name for path in CASES.iterdir() if path.is_dir())
    unknown = set(arguments.case) - set(known)
    if unknown or not known:
        sys.exit(f"no such case: {', '.join(sorted(unknown)) or 'any'}")
    version = subprocess.run(
        [arguments.protoc, "--version"], stdout=subprocess.PIPE, check=True
    )
    protobuf = version.stdout.decode().split()[1]
    chosen = [
        name for name in arguments.case or known if is_of(CASES / name, protobuf)
    ]
    failed = [name for name in chosen if not check(arguments, CASES / name)]
    print(f"{len(chosen) - len(failed)} of {len(chosen)} cases pass")
    if failed:
        own = " ".join([sys.executable, *sys.argv[:4], "--update"])
        print(f"If the difference is meant:\n  {own} {' '.join(failed)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
