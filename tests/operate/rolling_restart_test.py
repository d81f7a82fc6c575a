"""Servers that start anew under clients that call them.

usage: rolling_restart_test.py SHELF

SHELF is the program of this folder.
"""

import os
import re
import subprocess
import time

import operate_case
from operate_case import PATIENCE, OperateCase, Server


class RollingRestartTest(OperateCase):
    """Two servers, of which one starts anew again and again."""

    def test_no_read_fails(self):
        self.migrate()
        self.assertEqual(self.run_program(
            "seed", "1", f"--database={self.url}").returncode, 0)
        with Server(self) as stays:
            first = Server(self)
            address = first.address
            visitor = subprocess.Popen(
                [operate_case.PROGRAM, "visit", "8", f"--database={self.url}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                cwd=self.folder,
                env={**os.environ,
                     "GRPC_SERVER_ADDR": f"{address},{stays.address}"})
            for end in ("asked", "killed", "asked"):
                time.sleep(1)
                with first:
                    if end == "asked":
                        self.assertEqual(first.end(), 0)
                time.sleep(0.3)
                first = Server(self, address=address)
            with first:
                told, faults = visitor.communicate(timeout=PATIENCE)
            self.assertEqual(visitor.returncode, 0, faults)
            made, failed = map(int, re.fullmatch(
                r"(\d+) calls, (\d+) failed\n", told).groups())
            self.assertEqual(failed, 0, faults)
            self.assertGreater(made, 100)


if __name__ == "__main__":
    operate_case.main()
