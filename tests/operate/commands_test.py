"""The commands of a program, and the pages that type them.

usage: commands_test.py SHELF

SHELF is the program of this folder.
"""

import os
import pathlib
import re
import subprocess

import grpc

import operate_case
from operate_case import (FOLDER, ROOT, PATIENCE, OperateCase, Server,
                          text_field)


class CommandsTest(OperateCase):

    def test_check_looks_and_ends(self):
        serve = ["serve", "--check", f"--database={self.url}"]
        self.assert_error(self.run_program(*serve), "shelf.db")
        self.assertFalse(os.path.exists(f"{self.folder}/shelf.db"))
        self.migrate()
        result = self.run_program(*serve)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("fit to serve", result.stdout)
        self.assert_error(self.run_program(*serve, "--interceptor=nope"),
                          "nope")
        self.assert_error(
            self.run_program(*serve, "--tls.certificate_file=none.pem",
                             "--tls.key_file=none.pem"), "none.pem")
        for wrong in ("nonsense", "127.0.0.1:99999", "127.0.0.1:0,", "unix:",
                      f"unix:{self.folder}/nowhere/shelf",
                      "127.0.0.1:0,192.0.2.1:50051"):
            self.assert_error(self.run_program(*serve, f"--address={wrong}"),
                              "cannot listen on")
        # The ports of a server that runs are no fault.
        own = ["--metrics_address=127.0.0.1:0"] * (
            os.environ.get("METRICS") == "yes")
        with Server(self, *own) as server:
            line = server.wait_for(["serving"])
            self.assertIn("database=", line)
            if own:
                address = re.search(r"metrics_address=(\S+)", line).group(1)
                self.assertEqual(self.run_program(
                    *serve, f"--metrics_address={address}").returncode, 0)
                for wrong in ("9464", "127.0.0.1:x", "127.0.0.1:99999",
                              "unix:/nowhere"):
                    self.assert_error(self.run_program(
                        *serve, f"--metrics_address={wrong}"),
                        "metrics_address", wrong)
            for address in (server.address, f"unix:{self.folder}/shelf",
                            f"{server.address},unix:{self.folder}/shelf"):
                checked = self.run_program(*serve, f"--address={address}")
                self.assertEqual(checked.returncode, 0, checked.stderr)
            self.assertEqual(
                [name for name in os.listdir(self.folder)
                 if name.startswith("shelf") and ".db" not in name], [])

    def test_list_handlers(self):
        printed = self.run_program("serve", "--list-handlers",
                                   "--maximum_timeout=30")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        heads, *rows = [re.split("  +", line)
                        for line in printed.stdout.splitlines()]
        self.assertEqual(heads, ["method", "shape", "kind", "access", "limits",
                                 "interceptors", "timeout"])
        by_method = {row[0]: row[1:] for row in rows}
        self.assertEqual(len(by_method), 6)
        for method, told in (
                ("List", ["server stream", "LIST", "any", "none"]),
                ("Borrow", ["unary", "CUSTOM", "any", "2/1h"]),
                ("Discard", ["unary", "CUSTOM", "librarian", "none"])):
            self.assertEqual(by_method[f"/shelf.Books/{method}"],
                             told + ["none", "30s"])
        # Neither a database nor a port was needed.
        self.assertEqual(os.listdir(self.folder), [])

    def test_several_addresses(self):
        self.migrate()
        two = f"127.0.0.1:0,unix:{self.folder}/shelf"
        with Server(self, address=two) as server:
            addresses = server.address.split(",")
            self.assertEqual(len(addresses), 2)
            self.assertEqual(addresses[1], f"unix:{self.folder}/shelf")
            for i, address in enumerate(addresses):
                with grpc.insecure_channel(address) as channel:
                    create = channel.unary_unary("/shelf.Books/Create")
                    create(text_field(2, f"Book {i}"), timeout=PATIENCE)
            health = self.run_program("health",
                                      f"--address={server.address}")
            self.assertEqual(health.stdout, f"{addresses[0]} is SERVING\n")
            self.assertEqual(server.end(), 0)
        self.assertFalse(os.path.exists(f"{self.folder}/shelf"))

    def test_health_says_what_it_cannot_ask_with(self):
        no_pem = pathlib.Path(self.folder, "no.pem")
        no_pem.write_text("no certificate")
        self.assert_error(
            self.run_program("health", f"--ca-file={no_pem}"),
            f"--ca-file: {no_pem} holds no certificate in PEM")
        self.assert_error(
            self.run_program("health", "--address=127.0.0.1:99999"),
            "ports end at 65535")

    def test_print_config_masks_secrets(self):
        result = self.run_program(
            "serve", "--print-config",
            "--database=postgresql://shop:hunter2@db/shop",
            "--secret_key=0123456789abcdef", "--workers=7",
            "--rate_limits.store=redis://:hunter3@cache/0",
            "--channel_option=name: \"own.password\" text: \"hunter4\"",
            "--channel_option=name: \"own.name\" text: \"shown\"")
        self.assertEqual(result.returncode, 0, result.stderr)
        for secret in ("hunter2", "hunter3", "hunter4", "0123456789abcdef"):
            self.assertNotIn(secret, result.stdout)
        self.assertIn("text: \"shown\"", result.stdout)
        self.assertIn("workers: 7\n", result.stdout)
        self.assertIn("# grace_period: 30", result.stdout)
        # It is a file of settings again.
        config = pathlib.Path(self.folder, "again.textproto")
        config.write_text(result.stdout.replace("\"...\"", "\"" + "x" * 16 +
                                                "\""))
        again = self.run_program("serve", "--print-config",
                                 f"--config={config}")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("workers: 7\n", again.stdout)

    def test_secrets_come_from_files(self):
        pathlib.Path(self.folder, "url").write_text(self.url + "\n")
        result = self.run_program("migrate", "--database_file=url")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(os.path.exists(f"{self.folder}/shelf.db"))
        self.assert_error(self.run_program("migrate", "--database_file=none"),
                          "database_file", "none")
        self.assert_error(
            self.run_program("migrate", "--database_file=url",
                             f"--database={self.url}"), "database_file", "drop")

    def test_help_explains_each_setting(self):
        everything = self.run_program("--help").stdout
        for words in ("--grace_period=VALUE  (default 30)",
                      "Seconds that calls in flight get to end",
                      "  seed  ", "  completion  "):
            self.assertIn(words, everything)
        # Each line but the names of lists that share a comment has its words.
        self.assertGreater(len(re.findall(r"^      \S", everything,
                                          re.MULTILINE)), 60)
        self.assertLessEqual(max(map(len, everything.splitlines())), 120)
        # Each has its sentence, those of names and of pairs, too.
        of_serve = self.run_program("serve", "--help").stdout
        for name, below in re.findall(r"^  --([\w.]+)=VALUE.*\n(.*)$", of_serve,
                                      re.MULTILINE):
            self.assertRegex(below, r"^      \S", name)
        for command in ("migrate", "makemigrations", "showmigrations",
                        "dumpdata", "loaddata"):
            of_command = self.run_program(command, "--help").stdout
            self.assertIn("--database=VALUE", of_command)
            self.assertNotIn("--grace_period", of_command)

    def test_did_you_mean(self):
        self.assert_error(self.run_program("sevre"), 'did you mean "serve"?')
        self.assert_error(self.run_program("serve", "--adress=x"),
                          'did you mean "--address"?')
        self.assert_error(self.run_program("serve", "--list-handler"),
                          'did you mean "--list-handlers"?')
        self.assert_error(
            self.run_program("serve", env={"MODELSERVICE_WORKER": "3"}),
            'did you mean "workers"?')
        self.assertNotIn("did you mean",
                         self.run_program("serve", "--zzzzzz=1").stderr)

    def test_a_command_of_the_programs_own(self):
        self.migrate()
        seed = ["seed", "3", f"--database={self.url}"]
        self.assertEqual(self.run_program(*seed).returncode, 0)
        with Server(self) as server:
            rows = server.channel.unary_stream("/shelf.Books/List")
            self.assertEqual(len(list(rows(b"", timeout=PATIENCE))), 3)
        self.assert_error(self.run_program("seed", "x",
                                           f"--database={self.url}"),
                          'error: seed: "x" is no number')
        self.assert_error(self.run_program(*seed), "error: ")
        self.assert_error(
            self.run_program("throw", f"--database={self.url}"),
            "error: exception: on purpose")
        self.assertIn("make books", self.run_program("seed", "--help").stdout)

    def test_completion(self):
        script = self.run_program("completion", "bash")
        self.assertEqual(script.returncode, 0, script.stderr)

        def completed(*words):
            shell = (script.stdout + f"\nCOMP_WORDS=({' '.join(words)})\n"
                     f"COMP_CWORD={len(words) - 1}\n"
                     f"_complete_shelf\necho \"${{COMPREPLY[*]}}\"\n")
            return subprocess.run(["bash", "-c", shell], text=True, check=True,
                                  stdout=subprocess.PIPE).stdout.split()

        self.assertEqual(completed("shelf", "se"), ["serve", "seed"])
        self.assertEqual(completed("shelf", "serve", "--list-h"),
                         ["--list-handlers"])
        self.assertIn("--tls.key_file", completed("shelf", "serve", "--tls"))
        self.assertEqual(completed("shelf", "migrate", "--grace"), [])
        self.assertEqual(completed("shelf", "completion", ""),
                         ["bash", "zsh", "fish"])
        self.assert_error(self.run_program("completion", "tcsh"), "tcsh",
                          "bash, zsh or fish")
        self.assertIn("completion bash|zsh|fish",
                      self.run_program("completion", "--help").stdout)

    def test_what_the_page_types(self):
        """Each line of commands.sh, with the files that the page has."""
        bin_folder = pathlib.Path(self.folder)
        (bin_folder / "shelf").symlink_to(operate_case.PROGRAM)
        config = (FOLDER / "shelf.textproto").read_text()
        (bin_folder / "shelf.textproto").write_text(
            config + f'database: "{self.url}"\n')
        self.migrate()
        for line in (FOLDER / "commands.sh").read_text().splitlines():
            result = subprocess.run(["bash", "-c", line], cwd=self.folder,
                                    text=True, capture_output=True,
                                    timeout=PATIENCE)
            self.assertEqual(result.returncode, 0, line + "\n" + result.stderr)


class ServerPageTest(OperateCase):
    """docs/server.md: what it types and prints, and the settings that it names."""

    def setUp(self):
        super().setUp()
        self.page = (ROOT / "docs/server.md").read_text()
        self.indented = [line[4:] for line in self.page.splitlines()
                         if line.startswith("    ")]

    def test_its_commands_are_commands(self):
        folder = pathlib.Path(self.folder)
        (folder / "shop").symlink_to(operate_case.PROGRAM)
        (folder / "prod.textproto").write_text("workers: 3\n")
        typed = [line for line in self.indented if "./shop " in line]
        self.assertGreater(len(typed), 5)
        for line in typed:
            # Each with its settings as they were read, in place of a server.
            result = subprocess.run(
                ["bash", "-c", f"{line} --print-config"], cwd=self.folder,
                text=True, capture_output=True, timeout=PATIENCE)
            self.assertEqual(result.returncode, 0, f"{line}\n{result.stderr}")
            for number in re.findall(r"(?<=WORKERS=|workers=)\d+", line):
                self.assertIn(f"workers: {number}\n", result.stdout)

    def test_its_list_of_handlers_is_what_is_printed(self):
        printed = self.run_program("serve", "--list-handlers").stdout
        lines = [line.rstrip() for line in printed.splitlines()]
        self.assertGreater(len(lines), 3)
        for line in lines:
            self.assertIn(line, [shown.rstrip() for shown in self.indented])

    def test_its_settings_are_settings(self):
        config = pathlib.Path(self.folder, "page.textproto")
        (option,) = [line for line in self.indented
                     if line.startswith("channel_option")]
        config.write_text(option)
        printed = self.run_program("serve", "--print-config",
                                   f"--config={config}")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertIn("grpc.max_metadata_size", printed.stdout)
        known = self.run_program("serve", "--help").stdout
        # What the right side of a table names besides settings.
        others = {"access", "page_size", "page_token", "main", "headers",
                  "filters", "pagination"}
        named = set()
        for row in re.findall(r"^\| .* \| (.*) \|$", self.page, re.MULTILINE):
            named.update(name.split(":")[0] for name in re.findall(
                r"`([a-z_]+(?:\.[a-z_]+)*(?:: [^`]*)?)`", row))
        self.assertGreater(len(named), 10)
        for name in sorted(named - others):
            self.assertRegex(known, rf"--{re.escape(name)}\b", name)


if __name__ == "__main__":
    operate_case.main()
