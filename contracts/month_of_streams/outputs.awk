# The SELECT for one output file (-v want=FILE), from mapping.tsv: which rows of which views it lists.
# Also given: contract, report, period. Knows the views of docs/spec/ledger.md, and no agreement.

function text(s) { gsub(/'/, "''", s); return "'" s "'" }

# The alias of the view for one named thing of the rows; each view and name is joined once. The first
# leads: its rows, in their order, are the lines of the file.
function joined(view, column, name, dated,    id, alias) {
    id = view "\t" name
    if (!(id in joins)) {
        alias = joins[id] = "j" (++joined_count)
        if (joined_count == 1) from = "\n  FROM " view " j1"
        else from = from "\n  JOIN " view " " alias " ON " alias ".contract = j1.contract AND " alias \
            ".schedule = j1.schedule AND " alias ".row = j1.row"
        where = where "\n  AND " alias "." column " = " text(name) \
            (dated ? " AND " alias ".period = " text(period) : "")
    }
    return joins[id]
}

function value_of(kind, name) {
    if (kind == "key") return "j1.key"
    if (kind == "counter") return joined("counters", "counter", name, 0) ".value"
    if (kind ~ /^(opening|debit|credit|closing)$/)
        return joined("account_turnover", "account", name, 1) "." kind "_units"
    return joined("term_results", "term", name, 1) "." kind "_units"
}

function of_period(view) {
    return " FROM " view " WHERE contract = " text(contract) " AND period = " text(period)
}

function of_report(view) { return of_period(view) " AND report = " text(report) }

function total(name, value) {
    totals = totals (totals == "" ? "" : "\nUNION ALL ") "SELECT " ++ordinal " AS n, " text(name) \
        " AS name, (SELECT " value ") AS value"
}

function reason_count(column, code) {
    return "count" of_report("report_reasons") " AND column = " text(column) " AND code = " text(code)
}

function add_total(name, kind, subject,    i) {
    if (kind == "reasons")
        for (i = 1; i <= reasons; i++) total(reason_name[i], reason_count(reason_column[i], reason_code[i]))
    else if (kind ~ /^(lines|accepted|rejected)$/) total(name, kind of_report("reports"))
    else if (kind == "sum") total(name, "units" of_report("report_totals") " AND column = " text(subject))
    else total(name, kind "_units" of_period("term_totals") " AND term = " text(subject))
}

/^#/ { next }
{ for (i = 2; i <= NF; i++) if ($i == "-") $i = "" }
$1 == "reason" {
    reason_column[++reasons] = $2; reason_code[reasons] = $3; reason_name[reasons] = $4
}
$1 == "rows" && $2 == want { form = "rows"; schedule = $3 }
$1 == "value" && $2 == want { values = values (values == "" ? "" : ", ") value_of($3, $4) }
$1 == "rejected" && $2 == want { form = "rejected" }
$1 == "totals" && $2 == want { form = "totals" }
$1 == "total" { ++asked; asked_name[asked] = $2; asked_kind[asked] = $3; asked_of[asked] = $4 }

END {
    if (form == "rows") {
        print "SELECT " values from "\n  WHERE j1.contract = " text(contract) " AND j1.schedule = " \
            text(schedule) where "\n  ORDER BY j1.row"
    } else if (form == "rejected") {
        for (i = 1; i <= reasons; i++)
            named = named " WHEN column = " text(reason_column[i]) " AND code = " text(reason_code[i]) \
                " THEN " text(reason_name[i])
        print "SELECT line, CASE" named " END" of_report("rejected_lines") " ORDER BY line"
    } else if (form == "totals") {
        for (i = 1; i <= asked; i++) add_total(asked_name[i], asked_kind[i], asked_of[i])
        print "SELECT name, value FROM (" totals ") ORDER BY n"
    } else {
        print "outputs.awk: the mapping has no file " want > "/dev/stderr"
        exit 65
    }
}
