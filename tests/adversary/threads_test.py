"""A server that is given few threads, or no more.

usage: threads_test.py ADVERSARY_SERVER
"""

import os
import resource
import subprocess
import sys
import threading
import unittest

import grpc

import target


def few_threads(most):
    """Of a user who has no others."""
    user = 50000 + os.getpid() % 10000

    def prepare():
        os.setgid(user)
        os.setuid(user)
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
    return prepare


@unittest.skipIf(os.getuid() != 0, "only root can become a user who has no "
                 "other threads")
class ThreadsTest(target.AttackCase):

    def test_no_more_threads(self):
        server = self.serve(prepare=few_threads(24))
        codes = []
        lock = threading.Lock()

        def run():
            code = self.client.code("/adversary.Work/Run", b"\x08\x64")
            with lock:
                codes.append(code)
        callers = [threading.Thread(target=run) for _ in range(60)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        self.assertTrue(server.alive(), server.errors())
        self.assertLessEqual(set(codes), {grpc.StatusCode.OK,
                                          grpc.StatusCode.RESOURCE_EXHAUSTED})
        self.assertIn(grpc.StatusCode.OK, codes)
        self.assertTrue(self.client.healthy())
        server.process.terminate()
        self.assertEqual(server.process.wait(target.PATIENCE), 0)

    def test_too_few_threads_to_start(self):
        database = target.make_database(self.folder)
        served = 0
        for most in (*range(1, 12), 14, 16, 20):
            with self.subTest(most=most), subprocess.Popen(
                    [target.PROGRAM, "serve", f"--database={database}",
                     "--address=127.0.0.1:0"], stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, text=True,
                    preexec_fn=few_threads(most)) as process:
                if process.stdout.readline().startswith("listening"):
                    served += 1
                    process.terminate()
                    process.communicate(timeout=target.PATIENCE)
                    self.assertEqual(process.returncode, 0)
                    continue
                _, words = process.communicate(timeout=target.PATIENCE)
                self.assertEqual(process.returncode, 1, words)
                self.assertIn("ulimit -u", words)
                self.assertNotIn("terminate called", words)
        # Those that there are suffice at last, and did not at first.
        self.assertGreater(served, 0)
        self.assertLess(served, 14)


if __name__ == "__main__":
    target.main(sys.argv[1])
