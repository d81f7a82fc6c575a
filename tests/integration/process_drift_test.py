"""The program on a database that keeps less than its models promise.

usage: process_drift_test.py QUICKSTART [TEST_POSTGRES]

On SQLite, or on PostgreSQL with the program that starts a server and prints the
urls of its databases.
"""

import os
import sqlite3
import subprocess
import sys
import time

import grpc

import process_case
from process_case import PATIENCE, Server, create, text_field

POSTGRES = None

# HealthCheckResponse (grpc.health.v1).
SERVING = b"\x08\x01"
NOT_SERVING = b"\x08\x02"

TOLD = "may have several rows of one (email)"
FLAG = "--on_drift=NOT_SERVING"


def new_database():
    POSTGRES.stdin.write("\n")
    POSTGRES.stdin.flush()
    return POSTGRES.stdout.readline().strip()


def health(channel, service=""):
    return channel.unary_unary("/grpc.health.v1.Health/Check")(
        text_field(1, service) if service else b"", timeout=PATIENCE,
        wait_for_ready=True)


class ProcessDriftTest(process_case.ProcessCase):

    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.folder, "shop.db")
        self.url = new_database() if POSTGRES else "sqlite:" + self.file

    def run_sql(self, script):
        if POSTGRES:
            import psycopg2
            connection = psycopg2.connect(self.url)
            connection.autocommit = True
            connection.cursor().execute(script)
        else:
            connection = sqlite3.connect(self.file)
            connection.executescript(script)
        connection.close()

    def lose_unique(self):
        if POSTGRES:
            return self.run_sql(
                "ALTER TABLE customer DROP CONSTRAINT customer_email_key")
        tables = self.run_program("sqlmigrate",
                                  f"--database={self.url}").stdout
        self.run_sql("DROP TABLE customer_order; DROP TABLE customer; " +
                     tables.replace("UNIQUE", ""))

    def mend(self):
        lines = self.run_program(
            "check", f"--database={self.url}").stdout.splitlines()
        self.assertIn(TOLD, lines[0])
        self.run_sql(lines[1])

    def test_health_tells_until_it_is_mended(self):
        self.migrate()
        with Server(self.url, FLAG) as server, server.channel() as channel:
            self.assertEqual(health(channel), SERVING)
        self.lose_unique()
        with Server(self.url, FLAG) as server, server.channel() as channel:
            for service, answer in (("", NOT_SERVING),
                                    ("shop.CustomerService", NOT_SERVING),
                                    ("shop.OrderService", SERVING)):
                self.assertEqual(health(channel, service), answer, service)
            self.assert_refused(["health", f"--address={server.address}"],
                                "NOT_SERVING")
            # It answers all the same.
            create(channel, "ada@example.com")
            self.mend()
            until = time.monotonic() + PATIENCE
            while health(channel) != SERVING:
                self.assertLess(time.monotonic(), until)
                time.sleep(0.1)
            self.assertEqual(health(channel, "shop.CustomerService"), SERVING)
            with self.assertRaises(grpc.RpcError) as refused:
                create(channel, "ada@example.com")
            self.assertEqual(refused.exception.code(),
                             grpc.StatusCode.ALREADY_EXISTS)
            server.process.terminate()
            server.process.wait(PATIENCE)
        log = "".join(server.errors)
        for words in (TOLD, "health: NOT_SERVING until the database is mended, "
                      "and so of shop.CustomerService\n", "health: SERVING"):
            self.assertIn(words, log)

    def test_what_nobody_would_ask_for_is_refused(self):
        self.migrate()
        self.lose_unique()
        self.assert_refused(self.serve("--check", FLAG), TOLD)
        self.assert_refused(self.serve("--health=false", FLAG),
                            "NOT_SERVING is told by health, which is off")
        self.assert_refused(self.serve("--on_drift=REFUSE"), TOLD)

    def test_a_missing_table_ends_the_start(self):
        self.assert_refused(self.serve(FLAG), '"customer"', "does not exist",
                            told=2)


def main():
    global POSTGRES
    program, *postgres = sys.argv[1:]
    del sys.argv[1:]
    if not postgres:
        return process_case.main(program)
    with subprocess.Popen([postgres[0]], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as POSTGRES:
        first = new_database()
        if not first:  # it has said why
            sys.exit(POSTGRES.wait())
        try:
            process_case.main(program)
        finally:
            POSTGRES.stdin.close()


if __name__ == "__main__":
    main()
