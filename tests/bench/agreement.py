#!/usr/bin/env python3
"""Writes an agreement of about N lines to stdout: accounts, reports, terms with folds, floors and recoupment,
a split and a lifecycle, as many terms as the lines take.

    agreement.py [--lines N]                    what a large catalogue's agreement looks like (1,000 lines)
    agreement.py --hostile KIND [--lines N]     what somebody sends who wants the compiler to be slow

Kinds: parties, accounts, terms, transitions-of-facts, steps, columns, rows.
"""
import argparse

HEAD = """licet 1
agreement Large "A large agreement"
  law        "England and Wales"
  money      GBP
  rounding   half_even to 0.01, each amount
  months     clip
  years      calendar
  term       from 2026-01-01 to 2028-12-31

"""
PARTIES = """party Label     is licensor, signs
party Platform  is licensee, signs

"""
REPORT = """report Usage
  by     Platform, every quarter, within 45 days of period.end
  lines  at most 10,000, else refuse
  column  streams  count, at most 1,000,000
  column  revenue  exact GBP, scale 2, at most GBP 1,000,000
end

"""
LIFE = """
lifecycle
  initial draft
  states  active
  final   ended, after 120 days
  from draft to active  when signed by Label, Platform
  from draft to ended   on 2026-03-31
  from active to ended  on term.end
end
"""
ROYALTY = """account Advance{n} GBP, starts GBP 1,000.00, at end written off

royalty Share{n} [{n}.1]
  on        Usage
  amount    {rate}% * sum of revenue where streams > {n}
  at least  GBP 10.00 [{n}.2]
  less      Advance{n}
  Platform  pays Label, within 30 days
end

fee Service{n} [{n}.3]
  every  month
  amount GBP {n}.00
  Platform pays Label, within 30 days
end

"""


def large(lines):
    parts, have = [], (HEAD + PARTIES + REPORT + LIFE).count("\n")
    n = 0
    while have + ROYALTY.count("\n") <= lines:
        n += 1
        parts.append(ROYALTY.format(n=n, rate=n % 20 + 1))
        have += ROYALTY.count("\n")
    return HEAD + PARTIES + REPORT + "".join(parts) + LIFE


def many(form, lines):
    return "".join(form.format(n=n) for n in range(max(1, lines // form.count("\n"))))


def hostile(kind, lines):
    top = HEAD + PARTIES
    if kind == "parties":
        return HEAD + many("party P{n} is payee\n", lines) + LIFE
    if kind == "accounts":
        return top + many("account A{n} GBP, at end written off\n", lines) + LIFE
    if kind == "terms":
        return top + many("account A{n} GBP, at end written off\nfee F{n}\n  on signature\n  amount GBP 1.00\n"
                          "  add amount to A{n}\n  Platform pays Label\nend\n", lines) + LIFE
    if kind == "transitions-of-facts":
        return (top + "fact Day date, set by Label, from 2026-01-01 to 2027-01-01\n" +
                many("fee F{n}\n  once today > Day + {n} days\n  amount GBP 1.00\n"
                     "  Platform pays Label\nend\n", lines) + LIFE)
    if kind == "steps":
        return top + "action Do(a: count)\n  by Label\n" + many("  let x{n} = a + {n}\n", lines) + "end\n" + LIFE
    if kind == "columns":
        return top + "schedule S\n  key code text 10\n" + many("  column c{n} count\n", lines) + "end\n" + LIFE
    return (top + "schedule S\n  key code text 10\n  column v count\n" + many('  row "K{n}": {n}\n', lines) +
            "end\n" + LIFE)


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--lines", type=int, default=1000)
    ap.add_argument("--hostile", choices=("parties", "accounts", "terms", "transitions-of-facts", "steps",
                                          "columns", "rows"))
    a = ap.parse_args()
    print(hostile(a.hostile, a.lines) if a.hostile else large(a.lines), end="")


if __name__ == "__main__":
    main()
