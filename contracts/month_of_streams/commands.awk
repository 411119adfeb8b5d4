# The commands that settle a month, one a line, for `licet batch`. Reads the agreement, for its name, and mapping.tsv;
# ENVIRON has ledger, data, here, mapping, chunk and threads. Knows no name of any agreement.

function word(s) { gsub(/'/, "'\"'\"'", s); return "'" s "'" }

FILENAME != ENVIRON["mapping"] {
    if ($1 == "agreement" && name == "") name = $2
    next
}
/^#/ { next }
$1 == "agreement" { text = $2 }
$1 == "opened" { opened = $2 }
$1 == "party" { party[++parties] = $2 }
$1 == "load" { loads = loads " " word($2 "=" ENVIRON["data"] "/" $3) }
$1 == "report" { report = $2; file = $3; reporter = $4; period = $5; filed = $6 }

END {
    print "init " word(ENVIRON["ledger"]) " --clock simulated:" opened
    for (i = 1; i <= parties; i++) print "register " party[i] " --no-passphrase"
    print "deploy " word(ENVIRON["here"] "/" text) " --as " party[1]
    print "load " name " --as " party[1] loads
    sign = "sign " name
    for (i = 1; i <= parties; i++) sign = sign " --as " party[i]
    print sign
    print "clock " filed
    print "report " name " " report " " word(ENVIRON["data"] "/" file) " --period " period " --as " \
        reporter (ENVIRON["chunk"] == "" ? "" : " --chunk " ENVIRON["chunk"]) \
        (ENVIRON["threads"] == "" ? "" : " --threads " ENVIRON["threads"])
}
