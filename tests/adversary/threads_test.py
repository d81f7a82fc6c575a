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

    def test_streams_that_wait_have_the_last_threads(self):
        server = self.serve("--grace_period=1", prepare=few_threads(24))
        over = threading.Event()
        self.addCleanup(over.set)

        def requests():
            yield b"\x08\x01"
            over.wait(3 * target.PATIENCE)
        gather = self.client.channel.stream_unary("/adversary.Work/Gather")
        calls = [gather.future(requests(), timeout=3 * target.PATIENCE)
                 for _ in range(80)]
        # All but those that have a thread are told so at once.
        self.eventually(lambda: sum(call.done() for call in calls) >= 60)
        self.assertEqual({call.code() for call in calls if call.done()},
                         {grpc.StatusCode.RESOURCE_EXHAUSTED})
        self.assertTrue(self.client.healthy())
        server.process.terminate()
        self.assertEqual(server.process.wait(target.PATIENCE), 0)

    def test_too_few_threads_to_start(self):
        database = target.make_database(self.folder)
        served = 0
        for most in (*range(1, 12), 14, 16, 20, 24, 32):
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
