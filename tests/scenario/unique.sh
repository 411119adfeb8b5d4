#!/usr/bin/env bash
# [lang.type.16] A register's column that is unique: an act that would give a value to two rows is refused and leaves
# everything as it was; texts and counts.
#
# Would catch: a clash that is taken, by `enter`, `set` or `add`; a row's own value, or one that is free again, that is
# refused; a row that is removed and frees what another has by now; a claim that a refused act leaves behind; a ledger
# that is opened again, or replayed, and has forgotten who holds what.
. "$(dirname "$0")/../lib.sh"
l=unique.licet
new_ledger $l 2026-01-10 Label Platform || not_ok "a ledger" "cannot be made"
export LICET_LEDGER=$l
check "deployed" "$LICET" deploy "$SOURCE/tests/scenario/agreements/unique.lic" --as Label
check "signed" "$LICET" sign Unique --as Label --as Platform
enter() { "$LICET" act Unique Enter number="$1" code="$2" place="$3" --as Platform; }
change() { "$LICET" act Unique Change copy="$1" code="$2" place="$3" --as Platform; }
check "a row" enter 1 alpha 1
check "another" enter 2 beta 2
refused "a text twice" 65 'code is unique .1.' enter 3 alpha 3
refused "a count twice" 65 'place is unique .1.' enter 3 gamma 2
check "what refused acts named is free" enter 3 gamma 3
check "its own values" change 3 gamma 3
refused "a text by set" 65 'code is unique .1.' change 3 beta 4
refused "a count by set" 65 'place is unique .1.' change 3 delta 1
refused "a count by add" 65 'place is unique .1.' "$LICET" act Unique Move copy=2 --as Platform
check "others" change 3 delta 4
check "what it had is free" enter 4 gamma 3
check "a row is removed" "$LICET" act Unique Drop copy=1 again=1 --as Label
check "its values are free" enter 5 alpha 1
refused "once" 65 'code is unique .1.' enter 6 alpha 7
check "clock" "$LICET" clock 2026-02-10
refused "on another day" 65 'place is unique .1.' enter 6 omega 1
check "replays" "$LICET" replay $l
finish
