"""Dates and periods of vm/base against Python's datetime.

Catches: any day from 0001-01-01 to 9999-12-31 that has another number or name than in the proleptic
Gregorian calendar, a month added wrongly, a period with a wrong first or last day or name."""
import calendar
import datetime

from asking import Asking

EPOCH = datetime.date(1970, 1, 1).toordinal()
MIN, MAX = 1 - EPOCH, datetime.date.max.toordinal() - EPOCH
asking = Asking()
random = asking.random


def date(day):
    return datetime.date.fromordinal(day + EPOCH)


def number(day):
    return day.toordinal() - EPOCH


def add_months(day, months, roll):
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    if not 1 <= year <= 9999:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    if day.day <= last:
        return datetime.date(year, month + 1, day.day)
    clipped = datetime.date(year, month + 1, last)
    return clipped + datetime.timedelta(1) if roll else clipped


# Every day of 1890-2110, the ends, and a sample of all.
days = set(range(number(datetime.date(1890, 1, 1)), number(datetime.date(2110, 1, 1))))
days |= set(range(MIN, MIN + 800)) | set(range(MAX - 800, MAX + 1))
days |= {random.randrange(MIN, MAX + 1) for _ in range(30000)}
for day in sorted(days):
    asking.ask("day to date", f"civil {day}", date(day).isoformat())
    asking.ask("date to day", f"date {date(day).isoformat()}", day)

for _ in range(4000):
    year, month, day = random.randrange(0, 10001), random.randrange(0, 14), random.randrange(0, 33)
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        expected = number(datetime.date(year, month, day))
    except ValueError:
        expected = "-"
    asking.ask("dates that may not exist", f"date {text}", expected)

for _ in range(20000):
    start = random.randrange(number(datetime.date(1950, 1, 1)), number(datetime.date(2150, 1, 1)))
    if random.random() < 0.1:
        start = random.randrange(MIN, MAX + 1)
    months = random.choice((1, -1)) * random.randrange(random.choice((4, 40, 4000, 120000)))
    rule = random.choice(("clip", "roll"))
    result = add_months(date(start), months, rule == "roll")
    asking.ask("months added", f"months {date(start)} {months} {rule}", "-" if result is None else result)

LETTERS = {3: "Q", 6: "H"}
KINDS = {1: "month", 3: "quarter", 6: "half", 12: "year"}


def name(kind, first):
    if kind == 12:
        return f"{first.year:04}"
    if kind == 1:
        return f"{first.year:04}-{first.month:02}"
    return f"{first.year:04}-{LETTERS[kind]}{(first.month - 1) // kind + 1}"


def period(kind, anchor, day):
    """By search: the last start that is not after the day."""
    at = (day.year * 12 + day.month - anchor.year * 12 - anchor.month) // kind
    starts = [add_months(anchor, n * kind, False) for n in range(at - 2, at + 3)]
    first = max(s for s in starts if s is not None and s <= day)
    last = min(s for s in starts if s is not None and s > day) - datetime.timedelta(1)
    return f"{first} {last} {name(kind, first)}"


for _ in range(20000):
    kind = random.choice((1, 3, 6, 12))
    day = date(random.randrange(number(datetime.date(1950, 1, 1)), number(datetime.date(2150, 1, 1))))
    anchor = datetime.date(1, 1, 1)
    if random.random() < 0.7:
        anchor = date(random.randrange(number(datetime.date(1990, 1, 1)), number(datetime.date(2090, 1, 1))))
    if random.random() < 0.3:
        anchor = anchor.replace(month=random.choice((1, 3, 5, 8, 10)), day=random.choice((29, 30, 31)))
    asking.ask("periods", f"period {KINDS[kind]} {anchor} {day}", period(kind, anchor, day))

for year in (1, 1999, 2026, 9999):
    for kind in (1, 3, 6, 12):
        for first in range(1, 13, kind):
            start = datetime.date(year, first, 1)
            asking.ask("period names", f"name {name(kind, start)}", f"{KINDS[kind]} {start}")

asking.run()
