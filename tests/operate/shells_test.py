"""What shells complete, typed into real ones.

usage: shells_test.py SHELF

SHELF is the program of this folder. A shell that is missing is skipped; in CI
that is a failure.
"""

import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import time

import operate_case
from operate_case import PATIENCE, OperateCase

# What a terminal is told besides text: colours, pastes, bells.
CONTROL = re.compile(rb"\x1b\[[?\d;]*[a-zA-Z]|\x07")
# Printed by commands, which do not have it in one piece as they are typed.
DONE = "it is done"
PRINT_DONE = "; echo it is 'do'ne\n"


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, folder, *command):
        self.said = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, {
                "HOME": folder, "ZDOTDIR": folder, "TERM": "dumb",
                "INPUTRC": "/dev/null", "COLUMNS": "200",
                "PATH": folder + ":" + os.environ["PATH"]})
        self.run("PS1='> '")

    def type(self, keys):
        self.said = ""
        os.write(self.terminal, keys.encode())

    def run(self, line):
        """All that is on the terminal until it is done."""
        self.type(line + PRINT_DONE)
        return self.wait_for(DONE)

    def wait_for(self, text):
        deadline = time.monotonic() + PATIENCE
        while text not in self.said:
            if time.monotonic() > deadline or not self.read():
                raise AssertionError(f"no {text!r} in {self.said!r}")
        return self.said

    def read(self):
        """False when the shell has ended."""
        ready, _, _ = select.select([self.terminal], [], [], 0.1)
        if ready:
            try:
                said = os.read(self.terminal, 1 << 16)
            except OSError:
                return False
            self.said += CONTROL.sub(b"", said).decode(errors="replace")
        return True

    def completed(self, line):
        """The words of the line, of which the last one was completed."""
        # ^A: to its begin, so that the shell itself prints what it has.
        self.type(f"{line}\t\x01printf '<%s>' \x05{PRINT_DONE}")
        return re.findall("<([^<>]*)>", self.wait_for(DONE))

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


# What is typed, and what its last word becomes.
COMPLETED = (
    ("shelf ser", "serve"),
    ("./shelf createt", "createtoken"),
    ("shelf serve --list-h", "--list-handlers"),
    ("shelf serve --tls.key", "--tls.key_file"),
    ("shelf migrate --grace", "--grace"),  # none of its own
    ("shelf completion z", "zsh"),
    # Files, where no word of the command's fits.
    ("shelf loaddata pro", "prod.textproto"),
    ("shelf loaddata with", "with space.json"),
    ("shelf serve --config pro", "prod.textproto"),
    ("shelf serve --config=pro", "--config=prod.textproto"))


class ShellCase:

    def setUp(self):
        super().setUp()
        if shutil.which(self.shell) is None:
            if os.environ.get("CI"):
                self.fail(f"{self.shell} is missing")
            self.skipTest(f"{self.shell} is missing: apt-get install "
                          f"{self.shell}")
        folder = pathlib.Path(self.folder)
        (folder / "shelf").symlink_to(operate_case.PROGRAM)
        (folder / "prod.textproto").touch()
        (folder / "with space.json").touch()

    def start(self):
        shell = Shell(self.folder, *self.command)
        self.addCleanup(shell.end)
        # As docs/operate.md has it; a fault would be on the terminal.
        said = shell.run(f"source <(./shelf completion {self.shell})")
        self.assertNotIn("not found", said)
        return shell

    def test_what_is_typed_is_completed(self):
        shell = self.start()
        for typed, last in COMPLETED:
            self.assertEqual(shell.completed(typed)[-1:], [last], typed)

    def test_several_are_listed(self):
        shell = self.start()
        # Twice: some shells ring first.
        shell.type("shelf se\t\t")
        shell.wait_for("serve")
        self.assertIn("seed", shell.said)


class BashTest(ShellCase, OperateCase):
    shell = "bash"
    command = ("bash", "--norc", "--noprofile", "-i")


class ZshTest(ShellCase, OperateCase):
    """Without a .zshrc, so that nothing has loaded what completes."""
    shell = "zsh"
    command = ("zsh", "-f", "-i")


class FishTest(ShellCase, OperateCase):
    """Which shows what it completes in its own way: it is asked for that."""
    shell = "fish"

    def completed(self, line):
        said = subprocess.run(
            ["fish", "--no-config", "-c", "./shelf completion fish | source; "
             "and complete -C $argv[1]", line], cwd=self.folder, text=True,
            capture_output=True, check=True,
            env={"HOME": self.folder,
                 "PATH": self.folder + ":" + os.environ["PATH"]})
        self.assertEqual(said.stderr, "")
        return said.stdout.splitlines()

    def test_what_is_typed_is_completed(self):
        for typed, last in COMPLETED:
            expected = [] if typed.endswith(last) else [last]
            self.assertEqual(self.completed(typed), expected, typed)
        self.assertEqual(self.completed("FOO=1 shelf serve --list-h"),
                         ["--list-handlers"])

    def test_several_are_listed(self):
        self.assertEqual(self.completed("shelf se"), ["seed", "serve"])


if __name__ == "__main__":
    operate_case.main()
