#!/usr/bin/env python3
"""hold_lock.py LEDGER SECONDS - holds the write lock of an SQLite file, as a stuck process would."""
import sqlite3
import sys
import time

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
