#!/usr/bin/env python3
"""Runs a command with a terminal for standard output (and error), and prints what came there.

    terminal.py COMMAND ARGUMENT...
"""
import os
import pty
import sys


def main():
    child, end = pty.fork()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    said = b""
    while True:
        try:
            more = os.read(end, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not more:
            break
        said += more
    sys.stdout.write(said.decode("utf-8", "replace").replace("\r\n", "\n"))
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
