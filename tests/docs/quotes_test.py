"""Checks that a page of the user's guide quotes what is compiled and run.

quotes_test.py PAGE [--blocks | --tables] [LANGUAGE=FILE...]

Every block of code of the page must stand, line by line, in one of the files of
this folder for its language, whatever its indentation. A line `// ...` leaves
something out. What the right column of a table names as code must stand in one
of the blocks. Files of settings and commands must be quoted and run, so that
neither is left behind when the other changes; with --blocks the page is about
something else, and only its blocks are looked at, with --tables its tables, too,
and with files of its own it quotes those.
"""
import pathlib
import re
import sys
import textwrap

FOLDER = pathlib.Path(__file__).parent
SOURCES = {
    "cpp": ["news.cc", "unit_test.cc"],
    "proto": ["news.proto"],
    "textproto": ["settings/*.textproto"],
    "sh": ["commands/*.sh"],
}
# What is not ours to run: the other frameworks' code, and what programs print.
ILLUSTRATIONS = {"python", "text"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANY_FENCE = re.compile(r"^[ >]*(?:```|~~~)", re.MULTILINE)
TABLE_ROW = re.compile(r"^\|.*\|([^|]*)\|$", re.MULTILINE)


def squeezed(text):
    """The lines without indentation, trailing space and empty ones."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n" + "\n".join(line for line in lines if line) + "\n"


def stands_in(block, source, squeezed=squeezed):
    """Whether the block's parts stand in the source, one after the other, where
    both are squeezed alike."""
    place = 0
    for part in re.split(r"^\s*// \.\.\.\s*$", block, flags=re.MULTILINE):
        part = squeezed(part)
        found = source.find(part, place)
        if found < 0:
            return False
        place = found + len(part) - 1
    return True


def faults_of_blocks(page, sources):
    if len(ANY_FENCE.findall(page)) != 2 * len(FENCE.findall(page)):
        yield "a block is not fenced by ```language and ``` at the line's start"
    for fence in FENCE.finditer(page):
        language, block = fence.groups()
        line = page.count("\n", 0, fence.start()) + 1
        if language in ILLUSTRATIONS:
            continue
        if language not in sources:
            yield f"line {line}: no test runs a block of ```{language}"
        elif not any(stands_in(block, s) for s in sources[language].values()):
            yield (
                f"line {line}: this block stands in none of "
                f"{', '.join(sources[language])}:\n"
                + textwrap.indent(block, "    ")
            )


def faults_of_tables(page, sources):
    everything = " ".join(
        " ".join(text.split()) for files in sources.values()
        for text in files.values()
    )
    for row in TABLE_ROW.finditer(page):
        for code in re.findall(r"`([^`]+)`", row.group(1)):
            if " ".join(code.split()) not in everything:
                line = page.count("\n", 0, row.start()) + 1
                yield f"line {line}: `{code}` stands in no file that is run"


def faults_of_files(page, sources):
    tests = "".join(path.read_text() for path in FOLDER.glob("*_test.cc"))
    blocks = [fence.groups() for fence in FENCE.finditer(page)]
    for language in ("textproto", "sh"):
        for name, text in sources[language].items():
            if not any(l == language and squeezed(b) == text
                       for l, b in blocks):
                yield f"{name}: the page does not quote it, whole"
            if f'"{name}"' not in tests:
                yield f"{name}: no test names it"


def sources_of(arguments):
    """The files that are named, by language."""
    sources = {}
    for argument in arguments:
        language, found, name = argument.partition("=")
        if found:
            path = pathlib.Path(name)
            sources.setdefault(language, {})[path.name] = squeezed(
                path.read_text())
    return sources


def main():
    page = pathlib.Path(sys.argv[1]).read_text()
    sources = sources_of(sys.argv[2:]) or {
        language: {
            str(path.relative_to(FOLDER)): squeezed(path.read_text())
            for pattern in patterns
            for path in sorted(FOLDER.glob(pattern))
        }
        for language, patterns in SOURCES.items()
    }
    faults = [*faults_of_blocks(page, sources)]
    if "--blocks" not in sys.argv[2:]:
        faults += faults_of_tables(page, sources)
        if "--tables" not in sys.argv[2:]:
            faults += faults_of_files(page, sources)
    for fault in faults:
        print(f"{sys.argv[1]}: {fault}", file=sys.stderr)
    sys.exit(1 if faults or not FENCE.search(page) else 0)


if __name__ == "__main__":
    main()
