#!/usr/bin/env bash
# Schedules as deep and as wide as the language lets them be: a million rows; 64 shares and 64 tiers in a row, the widest
# keys, as many columns as a row holds, sheets of maximal rows; and one more of each.
#
# Would catch: a load whose memory grows beyond the cap or that takes a row more than the agreement allows, a limit that
# refuses what it allows, or that answers with a fault of licet's own instead of words.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-10 Label Service || not_ok "a ledger" "cannot be made"

# -- long -------------------------------------------------------------------------------------------------------------

month=$SOURCE/contracts/month_of_streams/month_of_streams.lic
contract=$("$LICET" deploy "$month" --ledger l.licet --as Label | cut -d ' ' -f 1)
load() { "$LICET" load "$contract" "$@" --as Label --ledger l.licet; }
memory=1000000 # KiB of address space, and "unlimited" where a sanitizer reserves all of it
(ulimit -v $memory; exec "$LICET" --version) >out 2>&1 || memory=unlimited
printf 'GB\t10000\t0\n' >territories.tsv
check "the table that rows refer to" load Territories=territories.tsv
seq -f 'P%06.0f' 0 999999 | sed 's/$/\tGB/' >payees.tsv
{ cat payees.tsv; printf 'Q000000\tGB\n'; } >more.tsv
remember l.licet
refused "a million rows and one" 65 "1,000,000\|1000000" load Payees=more.tsv
unchanged "the ledger is as it was" l.licet
check "a million rows within a gigabyte" bash -c "ulimit -v $memory; exec \"\$@\"" load \
    "$LICET" load "$contract" Payees=payees.tsv --as Label --ledger l.licet
tells "are there" 1000000 "$LICET" query \
    "SELECT count(*) FROM schedule_rows WHERE schedule = 'Payees'" --ledger l.licet
rm -f payees.tsv more.tsv
finish
