"""On what was measured."""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path


def describe() -> dict:
    return {
        "processors": os.cpu_count(),
        "model": _field("/proc/cpuinfo", r"model name\s*: (.*)"),
        "memory_gib": round(
            int(_field("/proc/meminfo", r"MemTotal:\s*(\d+)")) / 2**20),
        "kernel": "Linux " + ".".join(platform.release().split(".")[:2]),
        "system": _field("/etc/os-release", r'PRETTY_NAME="(.*)"'),
        "software": _software(),
    }


def text(machine: dict) -> str:
    plural = "" if machine["processors"] == 1 else "s"
    return (f"{machine['processors']} processor{plural} ({machine['model']}), "
            f"{machine['memory_gib']} GiB, {machine['kernel']}, "
            f"{machine['system']}" +
            "".join(f", {software}" for software in machine["software"]))


def _field(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text())
    return found.group(1).strip() if found else "unknown"


def _software() -> list:
    found = []
    if shutil.which("pkg-config") is None:
        return found
    for name, package in (("gRPC", "grpc++"), ("protobuf", "protobuf"),
                          ("libpq", "libpq")):
        result = subprocess.run(["pkg-config", "--modversion", package],
                                capture_output=True, text=True, check=False)
        if result.returncode == 0:
            found.append(f"{name} {result.stdout.strip()}")
    return found
