"""What tests/scenario/agreements/as_of.lic owes, from the acts and their days alone. When a report was filed does
not occur here: a close reads what held at the end of its period. Shares no code with licet.
"""
from datetime import date
from fractions import Fraction as F

from exact import round_to

QUARTERS = [("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)), ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
            ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)), ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
            ("2027-Q1", date(2027, 1, 1), date(2027, 3, 31))]

PRICE = [(date(2026, 2, 10), F(2)), (date(2026, 3, 31), F("2.5")), (date(2026, 3, 31), F(3)),
         (date(2026, 4, 20), F(4)), (date(2026, 8, 15), F("0.1")), (date(2027, 1, 1), F(9))]
RATE = [(date(2026, 4, 1), F("0.12")), (date(2026, 4, 20), F("0.13")), (date(2026, 4, 20), F("0.15")),
        (date(2026, 8, 15), F("0.2")), (date(2026, 12, 31), F("0.08")), (date(2027, 1, 1), F("0.5"))]
LIFTS = [(date(2026, 3, 31), "B", F("0.05")), (date(2026, 4, 1), "A", F("0.01")),
         (date(2026, 8, 15), "A", F("0.02")), (date(2026, 8, 15), "B", F("0.03"))]
STRIKES = [date(2026, 2, 10)] * 2 + [date(2026, 4, 1)] + [date(2026, 12, 31)] * 3 + [date(2027, 1, 1)]
CODE = [(date(2026, 3, 31), "x"), (date(2026, 8, 15), "y y"), (date(2026, 12, 31), "x")]
OPENED = (date(2026, 4, 20), date(2026, 6, 1))
BASE = {"A": F("0.1"), "B": F("0.2")}


def held(changes, day, first):
    """The last value that was set on or before the day."""
    return [first] * (not any(d <= day for d, _ in changes)) + [v for d, v in changes if d <= day]


def lines(n):
    return [("A", n * 10, F(n * 1000 + 100)), ("B", n * 7 + 1, F(n * 500)), ("A", 3, F("0.33"))]


def money(value):
    return f"{float(round_to(value, F(1, 100), 'half_even')):.2f}"


rows, sold = [], 0
for n, (name, first, last) in enumerate(QUARTERS, 1):
    usage = lines(n)
    units, gross = sum(u for _, u, _ in usage), sum(g for _, _, g in usage)
    rate, price = held(RATE, last, F("0.1"))[-1], held(PRICE, last, F(0))[-1]
    rows.append(("Running", name, "", rate * gross + units * price))
    for work, base in BASE.items():
        level = base + sum(by for day, w, by in LIFTS if w == work and day <= last)
        rows.append(("PerWork", name, work, level * sum(g for w, _, g in usage if w == work)))
    coded = held(CODE, last, "")[-1] == "x"
    rows.append(("Coded", name, "", F(1, 100) * gross * coded))
    opened = OPENED[1] if OPENED[0] <= last else date(2027, 12, 31)
    rows.append(("Launch", name, "", F((opened - date(2026, 1, 1)).days)))
    rows.append(("Struck", name, "", F(1 + sum(first <= day <= last for day in STRIKES))))
    rows.append(("Ground", name, "", rate * 1000))
    sold = units + (sold if first.month > 1 else 0)  # begins anew every year, whenever the reports come
    rows.append(("Volume", name, "", F(sold, 100)))
for term, name, key, value in sorted(rows, key=lambda r: r[:3]):
    print("\t".join((term, name, key, money(value))))
