# The output files, in the folder ENVIRON["out"], and their SELECTs, in turn, a line each. Reads the agreement, for its name, and
# mapping.tsv (ENVIRON["mapping"]), which says which rows of which views a file lists. Knows the views of
# docs/spec/ledger.md, and no name of any agreement.

function text(s) { gsub(/'/, "''", s); return "'" s "'" }

# The alias of the view for one named thing of the rows; each view and name is joined once. The first
# leads: its rows, in their order, are the lines of the file.
function joined(file, view, column, name, dated,    id, alias) {
    id = file "\t" view "\t" name
    if (!(id in joins)) {
        alias = joins[id] = "j" (++joined_count[file])
        if (joined_count[file] == 1) from[file] = " FROM " view " j1"
        else from[file] = from[file] " JOIN " view " " alias " ON " alias ".contract = j1.contract AND " \
            alias ".schedule = j1.schedule AND " alias ".row = j1.row"
        where[file] = where[file] " AND " alias "." column " = " text(name) \
            (dated ? " AND " alias ".period = " text(period) : "")
    }
    return joins[id]
}

function value_of(file, kind, name) {
    if (kind == "key") return "j1.key"
    if (kind == "counter") return joined(file, "counters", "counter", name, 0) ".value"
    if (kind ~ /^(opening|debit|credit|closing)$/)
        return joined(file, "account_turnover", "account", name, 1) "." kind "_units"
    return joined(file, "term_results", "term", name, 1) "." kind "_units"
}

function of_period(view) {
    return " FROM " view " WHERE contract = " contract " AND period = " text(period)
}

function of_report(view) { return of_period(view) " AND report = " text(report) }

function total(name, value) {
    totals = totals (totals == "" ? "" : " UNION ALL ") "SELECT " ++ordinal " AS n, " text(name) \
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

function rows_of(file,    list, i) {
    for (i = 1; i <= values[file]; i++)
        list = list (i == 1 ? "" : ", ") value_of(file, value_kind[file, i], value_name[file, i])
    return "SELECT " list from[file] " WHERE j1.contract = " contract " AND j1.schedule = " \
        text(schedule[file]) where[file] " ORDER BY j1.row"
}

function rejected_lines(    named, i) {
    for (i = 1; i <= reasons; i++)
        named = named " WHEN column = " text(reason_column[i]) " AND code = " text(reason_code[i]) \
            " THEN " text(reason_name[i])
    return "SELECT line, CASE" named " END" of_report("rejected_lines") " ORDER BY line"
}

function all_totals(    i) {
    for (i = 1; i <= asked; i++) add_total(asked_name[i], asked_kind[i], asked_of[i])
    return "SELECT name, value FROM (" totals ") ORDER BY n"
}

FILENAME != ENVIRON["mapping"] {
    # on a fresh ledger one contract has the agreement's name
    if ($1 == "agreement" && contract == "")
        contract = "(SELECT id FROM contracts WHERE agreement = " text($2) ")"
    next
}
/^#/ { next }
{ for (i = 2; i <= NF; i++) if ($i == "-") $i = "" }
$1 == "report" { report = $2; period = $5 }
$1 == "reason" {
    reason_column[++reasons] = $2; reason_code[reasons] = $3; reason_name[reasons] = $4
}
$1 == "rows" { file[++files] = $2; form[files] = "rows"; schedule[$2] = $3 }
$1 == "value" { value_kind[$2, ++values[$2]] = $3; value_name[$2, values[$2]] = $4 }
$1 == "rejected" { file[++files] = $2; form[files] = "rejected" }
$1 == "totals" { file[++files] = $2; form[files] = "totals" }
$1 == "total" { ++asked; asked_name[asked] = $2; asked_kind[asked] = $3; asked_of[asked] = $4 }

END {
    for (i = 1; i <= files; i++)
        print ENVIRON["out"] "/" file[i] "\n" (form[i] == "rows" ? rows_of(file[i]) : \
            form[i] == "rejected" ? rejected_lines() : all_totals())
}
