#!/usr/bin/python3
"""What emit=service_proto writes, and that protoc and the plugin take it.

    scaffold_test.py --protoc PROGRAM --plugin PROGRAM
        --buf SCRIPT --node PROGRAM [--update]

The .proto files beside this are models; below goldens/ is what is written for
them, in both styles. --update rewrites that.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CASES = ROOT / "tests" / "golden" / "cases"
STYLES = ("django", "aip")
OPTIONS = None


def run(*command, **keywords):
    return subprocess.run([str(part) for part in command], text=True,
                          capture_output=True, timeout=120, **keywords)


def protoc(parameter, out, folders, files):
    return run(OPTIONS.protoc, *(f"-I{folder}" for folder in folders),
               f"-I{ROOT / 'protos'}",
               f"--plugin=protoc-gen-modelservice={OPTIONS.plugin}",
               f"--modelservice_opt={parameter}", f"--modelservice_out={out}",
               *files)


def without_services(text):
    """The .proto without its services, which begin and end at a line's start."""
    return re.sub(r"^service \w+ \{(.*\}$|(.|\n)*?^\}$)", "", text,
                  flags=re.MULTILINE)


class ScaffoldTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def scaffold(self, style, folders, files, extra=""):
        """Writes services for `files`; returns their names."""
        out = self.folder / style
        out.mkdir()
        done = protoc(f"emit=service_proto,style={style}{extra}", out, folders,
                      files)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out, sorted(str(path.relative_to(out))
                           for path in out.rglob("*.proto"))

    def check_taken(self, out, folders, files, written, extra=""):
        """protoc's C++ and the plugin take all of it, without a word."""
        generated = self.folder / "generated"
        generated.mkdir(exist_ok=True)
        done = protoc(f"emit=none{extra}", generated, [out, *folders],
                      [*files, *written])
        said = re.sub(r"^\S+: warning: .*\n", "", done.stderr, flags=re.M)
        self.assertEqual((done.returncode, said), (0, ""))
        done = run(OPTIONS.protoc, f"-I{out}",
                   *(f"-I{folder}" for folder in folders),
                   f"-I{ROOT / 'protos'}", f"--cpp_out={generated}", *written)
        self.assertEqual(done.returncode, 0, done.stderr)
        # Every model has a service now.
        again = self.folder / f"again{len(list(self.folder.iterdir()))}"
        again.mkdir()
        done = protoc(f"emit=service_proto{extra}", again, [out, *folders],
                      [*files, *written])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(again.rglob("*.proto")), [])

    def test_writes_the_goldens(self):
        models = sorted(path.name for path in HERE.glob("*.proto"))
        for style in STYLES:
            with self.subTest(style):
                goldens = HERE / "goldens" / style
                out, written = self.scaffold(style, [HERE], models)
                if OPTIONS.update:
                    shutil.rmtree(goldens, ignore_errors=True)
                    shutil.copytree(out, goldens)
                self.assertEqual(
                    written, sorted(path.name for path in goldens.iterdir()))
                for name in written:
                    self.assertEqual((out / name).read_text(),
                                     (goldens / name).read_text(), name)
                self.check_taken(out, [HERE], models, written)

    def test_serves_every_model_of_the_good_cases(self):
        models = 0
        for case in sorted(CASES.iterdir()):
            if (case / "errors.txt").exists():
                continue
            extra = ""
            if (case / "options.txt").exists():
                extra = "," + (case / "options.txt").read_text().strip()
                extra = re.sub(r",emit=[^,]*(,[^,=]+)*(?=,|$)", "", extra)
            for style in STYLES:
                with self.subTest(case=case.name, style=style):
                    bare = self.folder / f"{case.name}_{style}"
                    files = []
                    for path in sorted(case.rglob("*.proto")):
                        name = path.relative_to(case)
                        imported = name.parts[0] == "imports"
                        target = bare / (name.relative_to("imports")
                                         if imported else name)
                        target.parent.mkdir(parents=True, exist_ok=True)
                        target.write_text(without_services(path.read_text()))
                        if not imported:
                            files.append(str(name))
                    shutil.rmtree(self.folder / style, ignore_errors=True)
                    out, written = self.scaffold(style, [bare], files, extra)
                    for name in written:
                        models += (out / name).read_text().count("\nservice ")
                    if written:
                        self.check_taken(out, [bare], files, written, extra)
        self.assertGreater(models, 60)

    def test_leaves_what_has_a_service_alone(self):
        (self.folder / "a.proto").write_text("""
            syntax = "proto3"; package a;
            import "modelservice/annotations.proto";
            message A {
              option (modelservice.model) = {};
              int64 id = 1 [(modelservice.field).primary_key = true];
            }
            message B {
              option (modelservice.model) = {};
              int64 id = 1 [(modelservice.field).primary_key = true];
            }""")
        (self.folder / "a_service.proto").write_text("""
            syntax = "proto3"; package a;
            import "modelservice/annotations.proto";
            import "a.proto";
            message Key { int64 id = 1; }
            service AService {
              option (modelservice.service) = { model: "A" };
              rpc Get(Key) returns (A);
            }""")
        out, written = self.scaffold("aip", [self.folder],
                                     ["a.proto", "a_service.proto"])
        # The name of a file that is there is not taken.
        self.assertEqual(written, ["a_service2.proto"])
        text = (out / written[0]).read_text()
        self.assertIn("service BService", text)
        self.assertNotIn("AService", text)
        self.check_taken(out, [self.folder], ["a.proto", "a_service.proto"],
                         written)

    def test_writes_nothing_beside_a_fault(self):
        (self.folder / "a.proto").write_text("""
            syntax = "proto3"; package a;
            import "modelservice/annotations.proto";
            message A {
              option (modelservice.model) = {
                service { style: AIP methods: "Retrieve" }
              };
              int64 id = 1 [(modelservice.field).primary_key = true];
            }""")
        done = protoc("emit=service_proto", self.folder, [self.folder],
                      ["a.proto"])
        self.assertEqual(done.returncode, 1)
        self.assertIn('methods: its style has no method "Retrieve"', done.stderr)
        self.assertFalse((self.folder / "a_service.proto").exists())

    def test_passes_the_linter_of_buf(self):
        for needed in (OPTIONS.buf, OPTIONS.node):
            if not os.access(needed, os.R_OK):
                if os.environ.get("CI"):
                    self.fail(f"no {needed}")
                self.skipTest(f"no {needed}; run scripts/install_clients.sh")
        for style in STYLES:
            with self.subTest(style):
                self.check_linted(style)

    def check_linted(self, style):
        folder = self.folder / f"{style}_linted"
        package = folder / "library" / "v1"
        package.mkdir(parents=True)
        text = (HERE / "library.proto").read_text()
        text = text.replace('name: "Journals" style: DJANGO methods: "List" '
                            'methods: "PartialUpdate"', "")
        (package / "library.proto").write_text(text)
        out, written = self.scaffold(style, [folder],
                                     ["library/v1/library.proto"])
        self.assertEqual(written, ["library/v1/library_service.proto"])
        shutil.copy(out / written[0], package)
        shutil.copytree(ROOT / "protos" / "modelservice",
                        folder / "modelservice")
        (folder / "buf.yaml").write_text("version: v2\n")
        done = run(OPTIONS.node, OPTIONS.buf, "lint", f"--path={written[0]}",
                   cwd=folder,
                   env={**os.environ, "HOME": str(folder),
                        "XDG_CACHE_HOME": str(folder)})
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, "", ""))


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for program in ("protoc", "plugin", "buf", "node"):
        parser.add_argument(f"--{program}", required=True)
    parser.add_argument("--update", action="store_true")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
