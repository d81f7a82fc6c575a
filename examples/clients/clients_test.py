#!/usr/bin/env python3
"""Runs both clients against fresh servers; they must print the same.

    clients_test.py QUICKSTART GREETER PROTOC GRPC_PYTHON_PLUGIN PROTOS \
        NODE NODE_MODULES

What is not installed of Node's is skipped, but not with CI in the environment.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 60  # seconds
SKIPPED = 77

EXPECTED = """\
customer 1 is ada@example.com
customer 2 is grace@example.com
ALREADY_EXISTS: customer with this email already exists.
  reason ALREADY_EXISTS
  email: customer with this email already exists.
  of Customer
INVALID_ARGUMENT: email: Enter a valid email address.
  reason INVALID_ARGUMENT
  email: Enter a valid email address.
INVALID_ARGUMENT: customer_id: This field is required. \
total: A valid number is required.
  reason INVALID_ARGUMENT
  customer_id: This field is required.
  total: A valid number is required.
NOT_FOUND: Customer: 99 not found!
  reason NOT_FOUND
  of Customer 99
listed grace@example.com
listed ada@example.com
""" + 5 * "Hello, ann! Bonjour, ann! Hallo, ann! Ciao, ann!\n" + """\
RESOURCE_EXHAUSTED: Reached limit of 6 calls per 60 seconds. \
Resource will be available in SOME seconds.
  reason RATE_LIMIT_EXCEEDED
  limit:greeter.Greeter.SayHelloInEveryLanguage
  again in SOME s
"""


class Server:
    """A program that serves; it ends with the block."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            [*command, "--address=127.0.0.1:0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self.address

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def walk(quickstart, greeter, folder, client, environment):
    database = f"--database=sqlite:{folder}/{client[0].name}.db"
    subprocess.run([quickstart, "migrate", database], check=True,
                   stdout=subprocess.DEVNULL)
    with Server(quickstart, "serve", database) as shop, \
            Server(greeter, "serve") as greetings:
        printed = subprocess.run(
            [*client[1:], client[0], shop, greetings], text=True,
            env={**os.environ, **environment}, stdout=subprocess.PIPE,
            timeout=PATIENCE, check=True).stdout
    # The call may have taken a second or two.
    printed = re.sub(r"in (?:[89]|10) s", "in SOME s", printed)
    assert printed == EXPECTED, printed


def main():
    quickstart, greeter, protoc, plugin, protos, node, modules = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [protoc, f"--proto_path={HERE.parent / 'quickstart'}",
             f"--proto_path={HERE.parent / 'greeter'}",
             f"--proto_path={protos}", f"--python_out={folder}",
             f"--grpc_out={folder}", f"--plugin=protoc-gen-grpc={plugin}",
             "shop.proto", "greeter.proto", "modelservice/annotations.proto",
             "modelservice/status.proto"], check=True)
        walk(quickstart, greeter, folder,
             (HERE / "python/walk.py", sys.executable, "-B"),
             {"PYTHONPATH": folder})
        if not node or not pathlib.Path(modules, "@grpc/grpc-js").is_dir():
            print(f"SKIPPED: no Node.js, or no npm packages in {modules}")
            return 1 if os.environ.get("CI") else SKIPPED
        walk(quickstart, greeter, folder, (HERE / "node/walk.js", node),
             {"NODE_PATH": modules})
    return 0


if __name__ == "__main__":
    sys.exit(main())
