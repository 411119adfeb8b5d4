"""Shared by the property tests in Python: seeds, questions to the base_lines program, and counting.

A test collects pairs (question, expected answer); run() asks all of them in one go and prints a line
`ok - WHAT` or `not ok - WHAT: ...` per group. The seed is printed; LICET_SEED repeats a run."""
import os
import random
import subprocess
import sys


class Asking:
    def __init__(self):
        self.seed = int(os.environ.get("LICET_SEED", "20260101"))
        self.random = random.Random(self.seed)
        self.groups = {}
        print(f"seed {self.seed}")

    def ask(self, group, question, expected):
        self.groups.setdefault(group, []).append((question, str(expected)))

    def run(self):
        program = os.path.join(os.environ["LICET_BUILD"], "tests", "base_lines")
        questions = [q for group in self.groups.values() for q, _ in group]
        done = subprocess.run([program], input="\n".join(questions) + "\n", capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            print(f"not ok - base_lines: exit {done.returncode}: {done.stderr.strip()}")
            print("0 passed, 1 failed")
            sys.exit(1)
        answers = iter(done.stdout.splitlines())
        failed = 0
        for group, pairs in self.groups.items():
            wrong = [(q, e, a) for (q, e), a in zip(pairs, answers) if e != a]
            if wrong:
                failed += 1
                question, expected, answer = wrong[0]
                print(f"not ok - {group}: {len(wrong)} of {len(pairs)}, first: {question}: "
                      f"expected {expected}, got {answer}")
            else:
                print(f"ok - {group}: {len(pairs)} cases")
        print(f"{len(self.groups) - failed} passed, {failed} failed")
        sys.exit(1 if failed else 0)
