#!/usr/bin/python3
"""modelservice diagram and scaffold, and the page about the tools.

    pictures_test.py --tool PROGRAM --store PROGRAM [--postgres PROGRAM]
"""

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "generateproto"))
import tool  # noqa: E402  databases for tests

OPTIONS = None
NEW_POSTGRES = None
GOLDEN = HERE.parent / "golden" / "cases" / "pictures" / "pictures.mmd"

# Mermaid's own grammar of entity-relationship diagrams, as far as we write it.
NAME = r"[A-Za-z][A-Za-z0-9_]*"
TEXT = r'"[^"\n]*"'
ENTITY = re.compile(rf"  ({NAME})(?:\[{TEXT}\])?( \{{)?")
ATTRIBUTE = re.compile(
    rf"    [A-Za-z][A-Za-z0-9_()\[\]-]* {NAME}"
    rf"(?: (?:PK|FK|UK)(?:, (?:PK|FK|UK))*)?(?: {TEXT})?")
RELATION = re.compile(rf"  ({NAME}) (?:\|o|\}}o)--(?:\|\||o\|) ({NAME}) : {TEXT}")


def parse(test, text):
    """Its entities, each with how many attributes, and its relations."""
    lines = [line for line in text.splitlines() if not line.startswith("%%")]
    test.assertEqual(lines[0], "erDiagram")
    entities, relations, inside = {}, [], None
    for line in lines[1:]:
        if inside is not None:
            if line == "  }":
                inside = None
                continue
            test.assertRegex(line, f"^{ATTRIBUTE.pattern}$")
            entities[inside] += 1
        elif match := RELATION.fullmatch(line):
            relations.append(match.groups())
        else:
            match = ENTITY.fullmatch(line)
            test.assertTrue(match, line)
            test.assertNotIn(match[1], entities)
            entities[match[1]] = 0
            inside = match[1] if match[2] else None
    for pair in relations:
        test.assertLessEqual(set(pair), set(entities))
    return entities, relations


class PicturesTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ("store.proto", "library.proto"):
            shutil.copy(HERE / name, self.folder)

    def run_tool(self, *arguments, code=0, **keywords):
        done = subprocess.run([OPTIONS.tool, *map(str, arguments)],
                              cwd=self.folder, text=True, capture_output=True,
                              timeout=120, **keywords)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_draws_models(self):
        entities, relations = parse(
            self, self.run_tool("diagram", "store.proto").stdout)
        self.assertEqual(set(entities),
                         {"employee", "team", "node_", "paper", "everything"})
        self.assertEqual(entities["team"], 2)
        self.assertEqual(sorted(relations), [
            ("employee", "employee"), ("employee", "team"),
            ("node_", "node_"), ("team", "employee")])
        parse(self, GOLDEN.read_text())

    def test_draws_live_databases(self):
        script = '''
            CREATE TABLE parent (id INTEGER PRIMARY KEY);
            CREATE TABLE "odd name ""x""" (
              id INTEGER PRIMARY KEY,
              "a column" NUMERIC(12, 2),
              "1st" TEXT NOT NULL,
              parent_id INTEGER NOT NULL UNIQUE REFERENCES parent(id),
              other_id INTEGER REFERENCES parent(id));
            CREATE TABLE "odd_name__x_" (id INTEGER PRIMARY KEY)'''
        urls = [f"sqlite:{self.folder}/a.db"]
        if NEW_POSTGRES is not None:
            urls.append(NEW_POSTGRES())
        for url in urls:
            with self.subTest(url=url[:8]):
                tool.execute(url, script)
                text = self.run_tool("diagram", f"--database={url}").stdout
                entities, relations = parse(self, text)
                self.assertEqual(len(entities), 3)
                self.assertIn("\"odd name 'x'\"", text)
                self.assertIn('"a column; NULL"', text)
                self.assertRegex(text, r"\|o--\|\| parent : \"parent_id\"")
                self.assertRegex(text, r"\}o--o\| parent : \"other_id\"")
                self.assertEqual(len(relations), 2)
                one = self.run_tool("diagram", "--table=parent",
                                    f"--database={url}").stdout
                self.assertEqual(parse(self, one), ({"parent": 1}, []))
                self.assertIn('the database has no table "x"', self.run_tool(
                    "diagram", "--table=x", f"--database={url}",
                    code=1).stderr)

    def test_draws_svg_with_graphviz(self):
        if shutil.which("dot") is None:
            if os.environ.get("CI"):
                self.fail("no dot; install graphviz")
            self.skipTest("no dot; install graphviz")
        url = f"sqlite:{self.folder}/a.db"
        tool.execute(url, "CREATE TABLE a (id INTEGER PRIMARY KEY, "
                          "\"<b> & c\" TEXT, b INTEGER REFERENCES a(id))")
        # Words of Graphviz's own.
        for word in ("digraph", "edge", "graph", "node", "strict", "subgraph"):
            tool.execute(url, f"CREATE TABLE {word} (id INTEGER PRIMARY KEY, "
                              "a_id INTEGER REFERENCES a(id))")
        self.run_tool("diagram", f"--database={url}", "--format=svg",
                      "--output=a.svg")
        picture = (self.folder / "a.svg").read_text()
        self.assertIn("&lt;b&gt; &amp; c", picture)
        xml.dom.minidom.parseString(picture)
        out = self.run_tool("diagram", "store.proto", "--format=svg").stdout
        self.assertIn("everything", out)
        xml.dom.minidom.parseString(out)

    def test_says_that_there_is_no_graphviz(self):
        error = self.run_tool("diagram", "store.proto", "--format=svg", code=1,
                              env={"PATH": str(self.folder)}).stderr
        self.assertIn("needs Graphviz's program dot, which is not installed; "
                      "install graphviz, or write --format=dot", error)

    def test_says_what_it_cannot_draw(self):
        for arguments, wanted in [
                (["nowhere.proto"], "there is no file nowhere.proto"),
                (["store.proto", "library.proto"], "name one at a time"),
                (["store.proto", "--table=x"], "--table is for a database"),
                (["store.proto", "--format=png"],
                 '"png" is none of mermaid, dot, svg'),
                (["--database=sqlite:none.db"], "none.db")]:
            self.assertIn(wanted, self.run_tool("diagram", *arguments,
                                                code=1).stderr)

    def test_scaffolds_beside_the_models_and_over_nothing(self):
        done = self.run_tool("scaffold", "library.proto", "--style=aip")
        path = self.folder / "library_service.proto"
        self.assertEqual(done.stdout, f"wrote {path.resolve()}\n")
        self.assertEqual(
            path.read_text(),
            (HERE / "goldens" / "aip" / path.name).read_text())
        self.assertIn("is there already", self.run_tool(
            "scaffold", "library.proto", code=1).stderr)
        done = self.run_tool("scaffold", "library.proto", path.name)
        self.assertEqual(done.stdout, "every model has a service\n")
        # What is new goes into a file of its own.
        with (self.folder / "library.proto").open("a") as file:
            file.write("message Fresh { option (modelservice.model) = {}; "
                       "int64 id = 1 [(modelservice.field).primary_key = "
                       "true]; }\n")
        self.run_tool("scaffold", "library.proto", path.name, "--out=made")
        made = (self.folder / "made" / "library_service2.proto").read_text()
        self.assertIn("service FreshService", made)
        self.assertNotIn("AuthorService", made)
        for arguments, wanted in [
                (["nowhere.proto"], "there is no file"),
                (["library.proto", "--style=rest"], "allowed are django"),
                (["library.proto", "--proto_path=made"],
                 "is in none of the folders of --proto_path (made)")]:
            self.assertIn(wanted, self.run_tool("scaffold", *arguments,
                                                code=1).stderr)
        (self.folder / "bad.proto").write_text('syntax = "proto3"; message {')
        self.assertRegex(self.run_tool("scaffold", "bad.proto", code=1).stderr,
                         r"bad\.proto:1:\d+: ")

    def test_does_what_the_page_says(self):
        """docs/tools.md quotes doc.sh (tools_quotes_test)."""
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "modelservice").symlink_to(Path(OPTIONS.tool).resolve())
        (self.folder / "store").symlink_to(Path(OPTIONS.store).resolve())
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
        for command in (["init", "-q"], ["add", "store.proto"],
                        ["commit", "-q", "-m", "store"]):
            subprocess.run([*git, *command], cwd=self.folder, check=True)
        done = subprocess.run(
            ["sh", HERE / "doc.sh"], cwd=self.folder, text=True,
            capture_output=True, timeout=120,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


def main():
    global OPTIONS, NEW_POSTGRES
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--postgres")
    OPTIONS, rest = parser.parse_known_args()
    with contextlib.ExitStack() as stack:
        if OPTIONS.postgres:
            NEW_POSTGRES = stack.enter_context(tool.postgres(OPTIONS.postgres))
        unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
