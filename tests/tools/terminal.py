#!/usr/bin/env python3
"""Runs a command with a terminal for its standard streams, and prints what came there.

    terminal.py [--script FILE] [--pipe] COMMAND ARGUMENT...

A script holds a conversation, a line each: `expect TEXT` waits until the command has said TEXT since the last one that
was expected, `type TEXT` sends a line, `end` ends what it reads, `interrupt` is Ctrl-C, or SIGINT over pipes, `run
COMMAND` runs a line of the shell. --pipe talks over pipes instead of a terminal, the two outputs in one. What is waited for in vain
is an error after a minute.
"""
import argparse
import os
import pty
import select
import signal
import subprocess
import sys
import time


class Talk:
    def __init__(self, command, piped):
        self.said = b""
        self.seen = 0
        self.piped = piped
        if piped:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.STDOUT, bufsize=0)
            self.child, self.end = self.process.pid, self.process.stdout.fileno()
            return
        self.child, self.end = pty.fork()
        if self.child == 0:
            os.execvp(command[0], command)

    def read(self, seconds):
        """False at the end of what it says."""
        if seconds is not None and not select.select([self.end], [], [], seconds)[0]:
            return True
        try:
            more = os.read(self.end, 65536)
        except OSError:  # Linux says so when the other end of a terminal is closed
            return False
        self.said += more
        return bool(more)

    def expect(self, text):
        until = time.monotonic() + 60
        while self.said.find(text.encode(), self.seen) < 0:
            if time.monotonic() > until or not self.read(1):
                sys.stderr.write("terminal.py: waited in vain for: %s\n" % text)
                return False
        self.seen = self.said.find(text.encode(), self.seen) + len(text.encode())
        return True

    def type(self, text):
        os.write(self.process.stdin.fileno() if self.piped else self.end, text.encode() + b"\n")

    def close(self):
        if self.piped:
            self.process.stdin.close()
        else:
            os.write(self.end, b"\x04")

    def interrupt(self):
        if self.piped:
            os.kill(self.child, signal.SIGINT)
        else:
            os.write(self.end, b"\x03")

    def wait(self, scripted):
        until = time.monotonic() + 60
        while self.read(1 if scripted else None):
            if scripted and time.monotonic() > until:
                sys.stderr.write("terminal.py: it does not end\n")
                os.kill(self.child, signal.SIGKILL)
        if self.piped:
            return self.process.wait()
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


def play(talk, path):
    for line in open(path, encoding="utf-8"):
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "expect" and not talk.expect(rest):
            os.kill(talk.child, 9)
            return
        if word == "type":
            talk.type(rest)
        if word == "end":
            talk.close()
        if word == "interrupt":
            talk.interrupt()
        if word == "run":
            subprocess.run(rest, shell=True, check=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--script")
    options.add_argument("--pipe", action="store_true")
    options.add_argument("command", nargs=argparse.REMAINDER)
    given = options.parse_args()
    talk = Talk(given.command, given.pipe)
    if given.script:
        play(talk, given.script)
    code = talk.wait(given.script is not None)
    sys.stdout.write(talk.said.decode("utf-8", "replace").replace("\r\n", "\n"))
    raise SystemExit(code)


if __name__ == "__main__":
    main()
