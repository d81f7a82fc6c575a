"""Checks that the examples of public headers are code that compiles.

header_quotes_test.py FOLDER

Every block of code in a comment at the start of a header in FOLDER must stand in a
test of this folder, wherever its lines break there; a line `// ...` leaves something
out. A header that generated code alone includes needs none.
"""
import pathlib
import re
import sys
import textwrap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from quotes_test import stands_in  # noqa: E402

# What shows no code: what generated files include.
WITHOUT = {"generated_client.h", "generated_service.h",
           "generated_support.h"}
# Lines that are set apart and are no code: commands, and tables of words.
NO_CODE = re.compile(r"^\s*\./|^\s*\w[\w ]*  +\S")


def squeezed(text):
    """The code without white space: a comment's lines are shorter than a test's."""
    return "".join(text.split())


def blocks_of(header):
    """The blocks of the comment before the include guard, without slashes."""
    comment = header.split("#ifndef", 1)[0]
    lines = [line[2:].removeprefix(" ") for line in comment.splitlines()]
    block = []
    for line in [*lines, ""]:
        if line.startswith("  "):
            block.append(line)
        elif block and not line.strip():
            block.append("")
        elif block:
            yield "\n".join(block).strip("\n")
            block = []
    if block:
        yield "\n".join(block).strip("\n")


def is_code(block):
    return not all(NO_CODE.match(line) or line.startswith("      ")
                   for line in block.splitlines() if line.strip())


def main():
    source = "".join(
        squeezed(path.read_text()) for path in
        sorted(pathlib.Path(__file__).parent.glob("*_test.cc")))
    faults = []
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.h")):
        blocks = [b for b in blocks_of(path.read_text()) if is_code(b)]
        if not blocks and path.name not in WITHOUT:
            faults.append(f"{path.name}: shows no example")
        for block in blocks:
            # Parts that an empty line sets apart may stand apart.
            for part in re.split(r"\n\s*\n", block):
                if is_code(part) and not stands_in(part, source, squeezed):
                    faults.append(
                        f"{path.name}: this stands in no test of tests/docs/face:\n"
                        + textwrap.indent(part, "    "))
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
