#!/usr/bin/env bash
# A periodic term that traps when it falls due: nobody sent it, nothing of it may be lost, and nothing else may wait.
#
# An upkeep of 30.00 a month is paid from a fund with 40.00 in it: January is, February and March trap. A retainer of
# 7.00 a month does not depend on it. 30.00 more make February payable (10 + 30 - 30 = 10 stay), 100.00 more March.
#
# Would catch: a period that is passed over when it traps; a clock or another term that stops with it; a failure that
# nobody is told of, or that does not name term, period, clause and reason; a transaction refused because of it; a
# replay that takes the outputs of a unit that was rolled back for a difference.
. "$(dirname "$0")/../lib.sh"
new_ledger l.licet 2026-01-01 Owner Keeper 2>/dev/null || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=l.licet
C=Stewardship
check "deployed" "$LICET" deploy "$SOURCE/tests/scenario/agreements/held.lic" --as Owner
check "signed" "$LICET" sign $C --as Owner --as Keeper
check "40.00 go into the fund" "$LICET" act $C TopUp added=40.00 --as Keeper

duties() { query l.licet "SELECT term, duty_amount, made FROM duties ORDER BY number" | tr '\t\n' ' ;'; }
held() { query l.licet "SELECT ifnull(held, '-') FROM contracts"; }

check "January" "$LICET" clock 2026-02-01
same "January is settled" "Upkeep 30.00 2026-02-01;Retainer 7.00 2026-02-01;" "$(duties)"
same "nothing is held" - "$(held)"
"$LICET" clock 2026-03-02 >out 2>err
same "the clock goes on" 2026-03-02 "$(cat out)"
grep -q "$C is held: what fell due on 2026-03-01 trapped" err && ok "who moves the clock is told" ||
    not_ok "who moves the clock is told" "$(cat err)"
"$LICET" clock 2026-04-02 >out 2>err
grep -q held err && not_ok "it is told once" "$(cat err)" || ok "it is told once"
january="Upkeep 30.00 2026-02-01;Retainer 7.00 2026-02-01;Retainer 7.00 2026-03-01;Retainer 7.00 2026-04-01;"
same "the retainer does not wait" "$january" "$(duties)"
same "held since" 2026-03-01 "$(held)"
"$LICET" log events $C | grep failure >out
same "the event names term, period, reason and clause" \
    "period Upkeep 2026-02-01 to 2026-02-28: the account does not hold that much, in amount of Upkeep [2.1]" \
    "$(cut -f 4 out)"
"$LICET" show contract $C | grep -q '^held  *2026-03-01' && ok "show contract says it" || not_ok "show contract says it" "no"
"$LICET" doctor | grep -q "^note  held: $C is held: what fell due on 2026-03-01" && ok "doctor says it" ||
    not_ok "doctor says it" "no"

check "a transaction that mends nothing stands" "$LICET" pay $C Owner 7.00 --as Keeper
same "and leaves what waits" "$january 2026-03-01" "$(duties) $(held)"
check "30.00 more" "$LICET" act $C TopUp added=30.00 --as Keeper
february="${january}Upkeep 30.00 2026-04-02;"
same "February is settled, March waits" "$february 2026-03-01" "$(duties) $(held)"
check "100.00 more" "$LICET" act $C TopUp added=100.00 --as Keeper
same "March is settled, nothing waits" "${february}Upkeep 30.00 2026-04-02; -" "$(duties) $(held)"
check "April" "$LICET" clock 2026-05-01
same "it goes on by itself" "${february}Upkeep 30.00 2026-04-02;Upkeep 30.00 2026-05-01;Retainer 7.00 2026-05-01;" "$(duties)"
check "it replays" "$LICET" replay

# It ends by time, held or not: of 170.00 five months took 150.00, June traps, and 20.00 go to the keeper.
check "May and June" "$LICET" clock 2026-07-01
same "June waits" "20.00 2026-07-01" "$(query l.licet "SELECT amount FROM balances WHERE account = 'Fund'") $(held)"
check "the end" "$LICET" clock 2026-08-15
same "closed" closed "$(query l.licet "SELECT status FROM contracts")"
same "what was in the fund is paid out" "Fund party 20.00" \
    "$(query l.licet "SELECT from_account, to_account, amount FROM postings WHERE entry = 'close'" | tr '\t' ' ')"
check "the closed one replays" "$LICET" replay
finish
