"""Headers that a server is given, and that no client of gRPC's may send on.

usage: passed_on_test.py TWO_SERVICES QUICKSTART

The programs of examples/two_services: one calls the other for its callers.
"""

import os
import subprocess
import sys
import tempfile
import unittest

from http2 import Connection

TWO_SERVICES = QUICKSTART = None
OK, FAILED_PRECONDITION = 0, 9
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class PassedOnTest(unittest.TestCase):

    def serve(self, *command, **environment):
        process = subprocess.Popen(
            [*command, "--address=127.0.0.1:0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **environment})

        def end():
            process.kill()
            process.wait()
            process.stdout.close()

        self.addCleanup(end)
        return process, process.stdout.readline().split()[-1]

    def test_no_header_ends_the_server_that_passes_it_on(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        database = f"--database=sqlite:{folder}/shop.db"
        subprocess.run([QUICKSTART, "migrate", database], check=True,
                       stdout=subprocess.DEVNULL)
        _, shop = self.serve(QUICKSTART, "serve", database)
        checkout, address = self.serve(TWO_SERVICES, "serve",
                                       GRPC_SERVER_ADDR=shop)
        for odd in ("Zo\u00eb=1", "a=1\nb", "\x01", "a\x00b", "\x7f",
                    "x" * 4000):
            for extra in ([("traceparent", PARENT), ("tracestate", odd)],
                          [("traceparent", PARENT), ("tracestate", "a=1"),
                           ("tracestate", odd)],
                          [("traceparent", odd)], [("x-request-id", odd)],
                          [("authorization", odd)]):
                with Connection(address) as connection:
                    answer = connection.call(
                        "/checkout.CheckoutService/Buy", b"\x08\x01", extra)
                # As without them: there is no such customer.
                self.assertEqual(answer.status, FAILED_PRECONDITION,
                                 (extra, answer.fields))
                with Connection(address) as connection:
                    answer = connection.call(
                        "/checkout.CheckoutService/Letters", b"", extra)
                self.assertEqual(answer.status, OK, (extra, answer.fields))
                self.assertIsNone(checkout.poll(), extra)


if __name__ == "__main__":
    TWO_SERVICES, QUICKSTART = (os.path.abspath(sys.argv.pop(1))
                                for _ in range(2))
    unittest.main(verbosity=2)
