#!/usr/bin/python3
"""`buf lint` over what the AIP style writes.

    lint_test.py --buf SCRIPT --node PROGRAM
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buf", type=Path, required=True)
    parser.add_argument("--node", required=True)
    arguments = parser.parse_args()
    if not arguments.buf.exists():
        tool.skip(f"there is no {arguments.buf}; run "
                  "scripts/install_clients.sh")
    if not os.access(arguments.node, os.X_OK):
        tool.skip("no Node.js; install nodejs")
    faults = False
    for golden in sorted((tool.GOLDENS / "aip" / "v1").iterdir()):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "aip" / "v1").mkdir(parents=True)
            shutil.copy(golden, folder / "aip" / "v1")
            # Imported, and so not looked at.
            shutil.copytree(tool.ROOT / "protos" / "modelservice",
                            folder / "modelservice")
            (folder / "buf.yaml").write_text("version: v2\n")
            done = subprocess.run(
                [arguments.node, arguments.buf, "lint",
                 f"--path=aip/v1/{golden.name}"],
                cwd=folder, capture_output=True, text=True, timeout=60,
                env={**os.environ, "HOME": name, "XDG_CACHE_HOME": name})
            print(done.stdout, done.stderr, sep="", end="")
            faults = faults or done.returncode != 0
    sys.exit(faults)


if __name__ == "__main__":
    main()
