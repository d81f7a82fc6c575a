"""The servers that can be measured, each for both databases."""

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

PYTHON = "/usr/bin/python3"
HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A program that serves perf.UserService."""

    name: str
    # With {port} and {database} to be filled in.
    arguments: tuple
    # Whether its answers are the others', to the byte.
    is_exact: bool = True

    def command(self, port: int, database: str) -> list:
        return [
            argument.format(port=port, database=database)
            for argument in self.arguments
        ]


def ours(program: Path) -> Server:
    return Server("ours", (str(program), "serve", "--address=127.0.0.1:{port}",
                           "--database={database}"))


def handwritten(program: Path) -> Server:
    return Server("handwritten", (str(program), "--address=127.0.0.1:{port}",
                                  "--database={database}"))


def django(stubs: Path) -> Server:
    return Server(
        "django", (PYTHON, str(HERE / "django_server" / "serve.py"),
                   "--address=127.0.0.1:{port}", "--database={database}",
                   f"--stubs={stubs}"), is_exact=False)


def renamed(server: Server, others: list) -> Server:
    """With a name that none of the others has."""
    same = sum(other.arguments == server.arguments for other in others)
    return replace(server, name=f"{server.name} again") if same else server


def missing_for_django(databases: list) -> str:
    """What to install, or nothing."""
    packages = {
        "django": "python3-django",
        "rest_framework": "python3-djangorestframework",
        "grpc": "python3-grpcio",
        "google.protobuf": "python3-protobuf",
    }
    if "postgres" in databases:
        packages["psycopg2"] = "python3-psycopg2"
    missing = [
        package for module, package in packages.items()
        if subprocess.run([PYTHON, "-c", f"import {module}"],
                          stderr=subprocess.DEVNULL, check=False).returncode
    ]
    if shutil.which("grpc_python_plugin") is None:
        missing.append("protobuf-compiler-grpc")
    return " ".join(missing)


def make_stubs(protoc: str, protos: Path, folder: Path) -> Path:
    """Python's messages and services of perf.proto."""
    subprocess.run(
        [protoc, f"--proto_path={HERE}", f"--proto_path={protos}",
         "--plugin=protoc-gen-grpc_python=" + shutil.which("grpc_python_plugin"),
         f"--python_out={folder}", f"--grpc_python_out={folder}", "perf.proto",
         "modelservice/annotations.proto"], check=True)
    return folder
