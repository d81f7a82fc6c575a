#!/usr/bin/env python3
"""Types in what README.md says, on SQLite and on PostgreSQL.

    readme_test.py BLOG TEST_POSTGRES NODE_MODULES

Each line of a `text` block has to be in what the commands before it print; a
line of "..." is any. What builds the program is left out, for it is built.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MARK = "@@ a text block"


def skip(reason):
    print("SKIPPED:", reason)
    sys.exit(1 if os.environ.get("CI") else 77)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def script_of(page, address):
    """The commands as one script, and the text blocks between them."""
    script = ["set -euo pipefail", "trap 'kill $(jobs -p) || true' EXIT"]
    texts = []
    for kind, block in re.findall(r"^```(\w+)\n(.*?)^```", page, re.M | re.S):
        if kind == "text":
            texts.append([line for line in block.splitlines() if line != "..."])
            script.append(f"echo '{MARK}'")
        elif kind == "sh" and not block.startswith("cmake"):
            script.append(block.replace("127.0.0.1:50051", address))
    return "\n".join(script), texts


def run(program, url, packages):
    address = f"127.0.0.1:{free_port()}"
    script, texts = script_of((HERE / "README.md").read_text(), address)
    path = [str(program.parent), str(packages / ".bin"), os.environ["PATH"]]
    # buf keeps things there.
    home = os.path.dirname(packages)
    done = subprocess.run(
        ["bash", "-c", script], cwd=HERE, text=True, timeout=120,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "PATH": ":".join(path), "HOME": home,
             "XDG_CACHE_HOME": home,
             "MODELSERVICE_DATABASE": url, "MODELSERVICE_ADDRESS": address})
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nended with {done.returncode} on {url}")
    for said, lines in zip(done.stdout.split(MARK), texts):
        for line in lines:
            if line not in said:
                sys.exit(f"{said}\nlacks on {url}: {line}")
    if "no changes" not in done.stdout:
        sys.exit("migrations lack what blog.proto has: run makemigrations\n"
                 + done.stdout)


def main():
    program, postgres, packages = map(pathlib.Path, sys.argv[1:])
    if not (packages / ".bin" / "buf").exists():
        skip(f"no buf in {packages}; run scripts/install_clients.sh")
    with tempfile.TemporaryDirectory() as folder:
        run(program, f"sqlite:{folder}/blog.db", packages)
    # Ends with its input.
    with subprocess.Popen([postgres], stdin=subprocess.PIPE, text=True,
                          stdout=subprocess.PIPE) as server:
        server.stdin.write("\n")
        server.stdin.flush()
        url = server.stdout.readline().strip()
        if not url:
            skip("no PostgreSQL")
        run(program, url, packages)
        server.stdin.close()


if __name__ == "__main__":
    main()
