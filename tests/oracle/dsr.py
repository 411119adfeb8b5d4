#!/usr/bin/env python3
"""DSR reports read by a program of its own, from docs/spec/extensions.md: one result a line.

    dsr.py FILE...            the files of one report
    dsr.py --check FOLDER     the sample files against figures that were added up by hand

Prints `sale`, `share`, `total` and `sum` with name=value cells, and `defect` with file, line, record and
reason. Numbers are Fractions; nothing is read twice the same way as in the extension: a report is held as
a list of rows first, and every rule is a pass over it.
"""
import datetime
import os
import re
import sys
from fractions import Fraction as F

AS = "BlockId ResourceReference DspResourceId ISRC? Title SubTitle? DisplayArtistName DisplayArtistPartyId? "
PEOPLE = ("ComposerAuthor? ComposerAuthorPartyId? Arranger? ArrangerPartyId? MusicPublisher? "
          "MusicPublisherPartyId? WorkContributor? WorkContributorPartyId? ")
SY = ("SummaryRecordId DistributionChannel? DistributionChannelDPID? CommercialModel UseType Territory "
      "ServiceDescription ")
LI = ("BlockId SummaryRecordId? RightsController RightsControllerPartyId? RightsControllerWorkId? "
      "RightSharePercentage RightsType? AllocatedNetRevenue AllocatedAmount")
ACC, TRANS = "InCurrencyOfAccounting", "InCurrencyOfTransaction"
LAYOUTS = {
    "HEAD": "MessageVersion Profile ProfileVersion MessageId MessageCreatedDateTime FileNumber NumberOfFiles "
            "UsageStartDate UsageEndDate SenderPartyId SenderName ServiceDescription? RecipientPartyId? "
            "RecipientName? RepresentedRepertoire?",
    "FOOT": "NumberOfLinesInFile NumberOfLinesInReport? NumberOfSummaryRecords NumberOfBlocksInFile "
            "NumberOfBlocksInReport?",
    "SRFO": "NumberOfLinesInReport NumberOfSummaryRecords",
    "AS01": AS + "Duration ResourceType",
    "AS02": AS + "Duration ResourceType ISWC? " + PEOPLE + "ProprietaryWorkId?",
    "AS01.01": AS + "Duration? ResourceType IsMasterRecording?",
    "AS02.02": AS + "Duration? ResourceType ISWC? " + PEOPLE + "ProprietaryWorkId? IsMasterRecording?",
    "MW01.01": "BlockId DspWorkId ISWC? Title SubTitle? " + PEOPLE + "DataProvider? ProprietaryWorkId?",
    "RE01": "BlockId ReleaseReference DspReleaseId ProprietaryReleaseId? CatalogNumber? ICPN? DisplayArtistName "
            "DisplayArtistPartyId? Title SubTitle? ReleaseType? Label? PLine? DataProvider?",
    "RU01": "BlockId SummaryRecordId DspReleaseId Usages",
    "SU01": "BlockId SummaryRecordId SalesTransactionId TransactedRelease? TransactedResource? IsRoyaltyBearing "
            "SalesUpgrade Usages Returns PriceConsumerPaidExcSalesTax? PromotionalActivity?",
    "SU02": "BlockId SummaryRecordId SalesTransactionId TransactedRelease? TransactedResource? IsRoyaltyBearing? "
            "NumberOfStreams PriceConsumerPaidExcSalesTax? PromotionalActivity?",
    "SU03.01": "BlockId SalesTransactionId SummaryRecordId? DspReleaseId Usages? NetRevenue ValidityPeriodStart? "
               "ValidityPeriodEnd?",
    "SU03.02": "BlockId SalesTransactionId SummaryRecordId? DspResourceId Usages NetRevenue ValidityPeriodStart? "
               "ValidityPeriodEnd? ContentCategory? IsRoyaltyBearing?",
    "LI01.01": LI,
    "LI01.02": LI + " AllocatedUsages?",
    "SY02.01": SY + "Usages Users? CurrencyOfReporting NetRevenue RightsController? RightsControllerPartyId? "
                    "AllocatedUsages? AllocatedRevenue? AllocatedNetRevenue? RightsType?",
    "SY02.02": SY + "Usages Users? CurrencyOfReporting NetRevenue RightsController? RightsControllerPartyId? "
                    "AllocatedUsages? AllocatedRevenue? AllocatedNetRevenue? RightsType? ContentCategory "
                    "CurrencyOfTransaction? ExchangeRate? RightsTypePercentage?",
    "SY10": "SummaryRecordId DistributionChannel? DistributionChannelDPID? CommercialModel UseType "
            "ReportingPeriodStartDate ReportingPeriodEndDate SubscriberType? Subscribers? ActiveSubscribers? "
            "PromotionalActivity? Territory ServiceDescription? OfferType? Quality? Usages AllocatedUsages Returns "
            "MusicUsageRatio CurrencyOfTransaction CurrencyOfAccounting ExchangeRate ExchangeRateSource? "
            f"DateOfCurrencyExchange? GrossRevenue{TRANS}? GrossRevenue{ACC}? CalculationType? CalculationValue? "
            f"DeductionType? Deductions{TRANS} Deductions{ACC} NetRevenue{TRANS} NetRevenue{ACC} "
            f"AllocatedRevenue{TRANS} AllocatedRevenue{ACC} AllocatedNetRevenue{TRANS} AllocatedNetRevenue{ACC} "
            f"RightsControllerMarketShare? SubscriptionFee{TRANS}? SubscriptionFee{ACC} UsageIndependentFeeType? "
            f"UsageIndependentFee{TRANS}? UsageIndependentFee{ACC}? FinalTotalAmount{TRANS} FinalTotalAmount{ACC}",
    "SR08": "SalesTransactionId ReleaseGRid? ICPN? DspReleaseId LabelReleaseId? ProprietaryReleaseId? "
            "ReleaseContextReleaseGRid? ReleaseType? ReleaseTitle? ReleaseSubTitle? ReleaseDisplayArtistName? "
            "ReleaseDisplayArtistPartyId? ISRC? ResourceISAN? DspResourceId? LabelResourceId? "
            "ProprietaryResourceId? ResourceContextReleaseGRid? ResourceType? ResourceTitle? ResourceSubTitle? "
            "ResourceDisplayArtistName? ResourceDisplayArtistPartyId? SummaryRecordId SalesTransactionDate "
            f"TotalUsages Returns NetUsage WholesalePrice{TRANS}? WholesalePrice{ACC}? "
            f"SuggestedConsumerPrice{TRANS}? SuggestedConsumerPrice{ACC}? PriceType? PriceRangeType? "
            f"PriceConsumerPaidExcSalesTax{TRANS}? PriceConsumerPaidExcSalesTax{ACC}? DeductionType? "
            f"Deductions{TRANS}? Deductions{ACC}? RightSharePercentage CalculatedUnitPrice{TRANS} "
            f"CalculatedUnitPrice{ACC} AllocatedRevenue{TRANS} AllocatedRevenue{ACC} AllocatedNetRevenue{TRANS} "
            f"AllocatedNetRevenue{ACC} CopyrightObligationWithDSP",
    "DE01": "",
}
for later, first in (("SRHE", "HEAD"), ("FHEA", "HEAD"), ("FFOO", "FOOT"), ("AS02.01", "AS02"), ("MW01", "MW01.01"),
                     ("SU03", "SU03.01"), ("LI01", "LI01.01"), ("SY02", "SY02.01")):
    LAYOUTS[later] = LAYOUTS[first]
LAYOUTS = {kind: [(w.rstrip("?"), w.endswith("?")) for w in words.split()] for kind, words in LAYOUTS.items()}
OTHER_NAMES = {"currency": "CurrencyOfReporting", "numberofusages": "Usages", "rightshare%": "RightSharePercentage",
               "rightscontrollerproprietaryid": "RightsControllerPartyId", "righttype": "RightsType",
               "dpid": "DistributionChannelDPID", "resourceisrc": "ISRC", "releaseicpn": "ICPN",
               "distributionchannelname": "DistributionChannel", "numberofblocksinrecord": "NumberOfBlocksInReport"}
NAMES = {name.lower(): name for layout in LAYOUTS.values() for name, _ in layout} | OTHER_NAMES

COUNTS = {"FileNumber", "NumberOfFiles", "NumberOfLinesInFile", "NumberOfLinesInReport", "NumberOfSummaryRecords",
          "NumberOfBlocksInFile", "NumberOfBlocksInReport", "Usages", "Returns", "NumberOfStreams", "AllocatedUsages",
          "Users", "Subscribers", "TotalUsages", "NetUsage", "ActiveSubscribers"}
RATES = {"RightSharePercentage", "ExchangeRate", "RightsTypePercentage", "MusicUsageRatio",
         "RightsControllerMarketShare"}
AMOUNTS = {"NetRevenue", "PriceConsumerPaidExcSalesTax", "AllocatedNetRevenue", "AllocatedAmount", "AllocatedRevenue"} | {
    name for name in NAMES.values() if name.endswith((ACC, TRANS))}
DATES = {"UsageStartDate", "UsageEndDate", "ValidityPeriodStart", "ValidityPeriodEnd", "SalesTransactionDate",
         "DateOfCurrencyExchange", "ReportingPeriodStartDate", "ReportingPeriodEndDate"}
LISTS = {"Usages", "AllocatedUsages", "AllocatedRevenue", "AllocatedNetRevenue", f"Deductions{ACC}",
         f"Deductions{TRANS}", f"UsageIndependentFee{ACC}", f"UsageIndependentFee{TRANS}"}
PAIRS = [(p, p + "PartyId") for p in ("DisplayArtistName", "ComposerAuthor", "Arranger", "MusicPublisher",
                                      "WorkContributor")]
PAIRS[0] = ("DisplayArtistName", "DisplayArtistPartyId")
PAIRS += [("CalculationType", "CalculationValue"), ("DeductionType", f"Deductions{ACC}"),
          ("DeductionType", f"Deductions{TRANS}"), ("UsageIndependentFeeType", f"UsageIndependentFee{ACC}"),
          ("UsageIndependentFeeType", f"UsageIndependentFee{TRANS}")]
TERRITORIES = {"IS", "AU", "GB", "US", "SE", "DE", "FR", "NO", "JP", "Worldwide"}
CURRENCIES = {"USD", "GBP", "EUR", "SEK", "JPY", "AUD", "ISK"}
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]{1,18})?")
FAMILY = {"AS": "resource", "MW": "work", "RE": "release", "RU": "usage", "SU": "sale", "LI": "share", "SY": "summary",
          "SR": "record"}


def role(kind):
    if kind in ("HEAD", "SRHE", "FHEA"):
        return "head"
    if kind in ("FOOT", "SRFO", "FFOO"):
        return "foot"
    return "other" if kind in ("DE01", "RE02") else FAMILY.get(kind[:2], "other")


def number(text):
    """A decimal, or None."""
    if not DECIMAL.fullmatch(text) or (text.startswith("-") and F(text) == 0):
        return None
    value = F(text)
    return value if abs(value) * 10**18 < 2**127 else None


def count(text):
    value = number(text) if "." not in text else None
    return int(value) if value is not None and -2**63 <= value < 2**63 else None


def day(text):
    if re.fullmatch(r"[0-9]{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def moment(text):
    if not re.fullmatch(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?", text):
        return None
    return day(text[:10])


def duration(text):
    match = re.fullmatch(r"P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?", text)
    if match is None or text.endswith("T") or text == "P":
        return None
    return any(c in "123456789" for c in text)


def values(cell):
    """A list cell's values, escapes kept."""
    return re.findall(r"(?:^|\|)((?:\\.|[^|\\]|\\$)*)", cell) if cell else []


def plain(text):
    return re.sub(r"\\([|\\])", r"\1", text)


def isrc(text):
    text = re.sub(r"[-. ]", "", text)
    return text if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", text) else None


def iswc(text):
    text = re.sub(r"[-. ]", "", text)
    if not re.fullmatch(r"T[0-9]{10}", text):
        return None
    digits = [int(c) for c in text[1:]]
    return text if (1 + sum(i * d for i, d in zip(range(1, 10), digits)) + digits[9]) % 10 == 0 else None


class Row:
    def __init__(self, file, line, record, cells, layout):
        self.file, self.line, self.record, self.layout = file, line, record, layout
        self.cells = cells
        self.role = role(record)

    def has(self, name):
        return any(n == name for n, _ in self.layout)

    def get(self, name):
        for i, (n, _) in enumerate(self.layout):
            if n == name:
                return self.cells[i] if i < len(self.cells) else ""
        return ""

    def count(self, name):
        return count(self.get(name))

    def amount(self, name):
        return number(self.get(name))


class Report:
    def __init__(self, paths):
        self.out, self.defects = [], []
        self.files = []
        for i, path in enumerate(paths, 1):
            self.files.append(self.read(i, path))

    def defect(self, where, reason, record=None):
        file, line = (where.file, where.line) if isinstance(where, Row) else where
        if record is None:
            record = where.record if isinstance(where, Row) else ""
        self.defects.append((file, line, record[:80], reason))

    # -- reading -------------------------------------------------------------------------------------------

    def read(self, index, path):
        with open(path, "rb") as file:
            raw = file.read()
        lines = raw.split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        declared, rows, foot, started = {}, [], None, False
        for n, line in enumerate(lines, 1):
            line = line[:-1] if line.endswith(b"\r") else line
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                self.defect((index, n), "utf8")
                continue
            if len(line) > 1 << 20:
                self.defect((index, n), "line_long")
                continue
            if not text:
                self.defect((index, n), "line_empty")
                continue
            record, *cells = text.split("\t")
            if record.startswith("#"):
                self.declare(Row(index, n, record, cells, []), declared)
                continue
            layout = declared.get(record, LAYOUTS.get(record))
            row = Row(index, n, record, cells, layout or [])
            if not started and role(record) != "head":
                self.defect(row, "header_missing")
            started = True
            if foot:
                self.defect(row, "after_footer")
            if layout is None:
                self.defect(row, "record_type")
                continue
            if row.role == "foot" and foot is None:
                foot = row
            rows.append(row)
        heads = [row for row in rows if row.role == "head"]
        for row in heads[1:]:
            self.defect(row, "header_again")
        file = {"name": os.path.basename(path), "lines": len(lines), "rows": rows, "index": index, "foot": foot,
                "head": heads[0] if heads else None, "lists": {}}
        self.check_file(file, started)
        return file

    def declare(self, row, declared):
        kind = row.record[1:]
        if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2}(\.[0-9]{2})?", kind) or not row.cells:
            return
        known, made, seen = dict(LAYOUTS.get(kind, [])), [], set()
        for cell in row.cells:
            name = NAMES.get(cell.lower())
            if name is None or name in seen:
                self.defect(row, "layout")
                made.append((None, True))
                continue
            seen.add(name)
            made.append((name, known.get(name, True)))
        for name, optional in LAYOUTS.get(kind, []):
            if not optional and name not in seen:
                self.defect(row, "layout")
        declared[kind] = made

    # -- files ----------------------------------------------------------------------------------------------

    def check_file(self, file, started):
        end = (file["index"], file["lines"])
        parts = file["name"][:-4].split("_") if file["name"].endswith(".tsv") else []
        match = re.fullmatch(r"([1-9][0-9]*)of([1-9][0-9]*)", parts[6]) if len(parts) == 8 else None
        file["number"] = file["of"] = 0
        if match and parts[0] == "DSR" and parts[7] and int(match[1]) <= int(match[2]) <= 9999:
            file["number"], file["of"] = int(match[1]), int(match[2])
        else:
            self.defect((file["index"], 0), "file_name")
        head = file["head"]
        file["first"] = file["last"] = ""
        if head:
            file["first"] = day(head.get("UsageStartDate")) or ""
            file["last"] = day(head.get("UsageEndDate")) or ""
            if file["first"] and file["last"] and file["first"] > file["last"]:
                self.defect(head, "period")
            if file["of"]:
                self.compare_name(file, head, parts)
        elif not started:
            self.defect(end, "header_missing")
        if file["foot"] is None:
            self.defect(end, "footer_missing")

    def compare_name(self, file, head, parts):
        def differs(part, *names):
            if any(names) and part not in names:
                self.defect(head, "file_name_differs")
        differs(parts[1], head.get("RecipientName"), head.get("RecipientPartyId"))
        differs(parts[2], head.get("SenderName"), head.get("SenderPartyId"))
        differs(parts[3], head.get("ServiceDescription"))
        if file["first"] and file["last"] and self.period(parts[4]) != (file["first"], file["last"]):
            self.defect(head, "file_name_differs")
        n, of = head.count("FileNumber") or 0, head.count("NumberOfFiles") or 0
        if (n > 0 and n != file["number"]) or (of > 0 and of != file["of"]):
            self.defect(head, "file_name_differs")
        created = head.get("MessageCreatedDateTime")
        if len(created.encode()) >= 19 and re.sub("[-:]", "", created[:19]) != parts[7]:
            self.defect(head, "file_name_differs")

    @staticmethod
    def period(text):
        def month(y, m, n):
            first = datetime.date(y, m, 1)
            after = datetime.date(y + (m + n - 1) // 12, (m + n - 1) % 12 + 1, 1)
            return first.isoformat(), (after - datetime.timedelta(days=1)).isoformat()
        if m := re.fullmatch(r"(\d{4})", text):
            return month(int(m[1]), 1, 12)
        if m := re.fullmatch(r"(\d{4})-Q([1-4])", text):
            return month(int(m[1]), 3 * int(m[2]) - 2, 3)
        if m := re.fullmatch(r"(\d{4})-H([12])", text):
            return month(int(m[1]), 6 * int(m[2]) - 5, 6)
        if (m := re.fullmatch(r"(\d{4})-(\d\d)", text)) and 1 <= int(m[2]) <= 12:
            return month(int(m[1]), int(m[2]), 1)
        if m := re.fullmatch(r"([0-9-]{10})(--([0-9-]{10}))?", text):
            return m[1], m[3] or m[1]
        return None

    def check_files(self):
        def of(file, name, other):
            stated = file["head"].count(name) if file["head"] else None
            return stated if stated and stated > 0 else file[other]
        first, there = self.files[0], set()
        total = of(first, "NumberOfFiles", "of")
        for file in self.files:
            if file["head"] and first["head"]:
                for name in ("SenderName", "SenderPartyId", "RecipientName", "RecipientPartyId", "ServiceDescription"):
                    if file["head"].get(name) != first["head"].get(name):
                        self.defect(file["head"], "files_differ", "HEAD")
                for name in ("first", "last"):
                    if file[name] != first[name]:
                        self.defect(file["head"], "files_differ", "HEAD")
            if of(file, "NumberOfFiles", "of") != total:
                self.defect((file["index"], 0), "files_differ")
            n = of(file, "FileNumber", "number")
            if 1 <= n <= 9999:
                if n in there:
                    self.defect((file["index"], 0), "file_again")
                there.add(n)
        if total <= 9999:
            for n in range(1, total + 1):
                if n not in there:
                    self.defect((0, 0), "file_missing")

    # -- cells ------------------------------------------------------------------------------------------------

    def check_cells(self, row):
        if row.record != "DE01":
            if len(row.cells) < len(row.layout):
                self.defect(row, "short_row")
            if len(row.cells) > len(row.layout):
                self.defect(row, "long_row")
        for (name, optional), cell in zip(row.layout, row.cells):
            if name is None:
                continue
            if cell:
                listed = name == "ISRC" or (name in LISTS and row.role in ("usage", "summary"))
                for value in values(cell) if listed else [cell]:
                    reason = self.wrong(name, value)
                    if reason:
                        self.defect(row, reason)
                        break
            elif not optional:
                self.defect(row, "missing_cell")
            elif name == "ISRC" and row.role == "resource":
                self.defect(row, "no_isrc")
            elif name == "ISWC" and row.role == "work":
                self.defect(row, "no_iswc")
        for one, other in PAIRS:
            a, b = len(values(row.get(one))), len(values(row.get(other)))
            if a and b and a != b:
                self.defect(row, "lists_differ")

    @staticmethod
    def wrong(name, value):
        if name in COUNTS:
            n = count(value)
            return "number" if n is None else "negative" if n < 0 and name != "NetUsage" else None
        if name in AMOUNTS:
            return "number" if number(value) is None else None
        if name in RATES:
            n = number(value)
            return "number" if n is None else "negative" if n < 0 else None
        if name in DATES:
            return None if day(value) else "date"
        if name == "MessageCreatedDateTime":
            return None if moment(value) else "date"
        if name == "Duration":
            return {None: "duration", False: "zero_duration", True: None}[duration(value)]
        if name == "ISRC":
            return None if isrc(value) else "isrc"
        if name == "ISWC":
            return None if iswc(value) else "iswc"
        if name == "Territory":
            return None if value in TERRITORIES else "territory"
        if name.startswith("CurrencyOf"):
            return None if value in CURRENCIES else "currency"
        return None

    # -- summaries --------------------------------------------------------------------------------------------

    def summaries(self):
        """Each row once: the summaries of the first file may stand in the others again."""
        lines, found, self.by_id = {}, [], {}
        for file in self.files:
            file["summaries"] = 0
            for row in file["rows"]:
                if row.role != "summary":
                    continue
                file["summaries"] += 1
                line = (row.record, *row.cells[:127])
                if lines.setdefault(line, row.file) != row.file:
                    continue
                head = file["head"] if file["head"] and file["head"].line < row.line else None
                service = row.get("ServiceDescription")
                if service and head and head.get("ServiceDescription") not in ("", service):
                    self.defect(row, "service_differs")
                key = row.get("SummaryRecordId")
                if key in self.by_id and row.record[:4] not in ("SY05", "SY09"):
                    self.defect(row, "duplicate_summary")
                self.by_id.setdefault(key, row)
                found.append(row)
        return found

    def known(self, row):
        """The summary of a sale, among those that stand before it."""
        found = self.by_id.get(row.get("SummaryRecordId"))
        return found if found and (found.file, found.line) < (row.file, row.line) else None

    # -- blocks -----------------------------------------------------------------------------------------------

    def blocks(self, file):
        """Rows of blocks in order; summaries, feet and single records end a block."""
        block, ids, found = None, set(), []
        for row in file["rows"]:
            if row.has("BlockId"):
                key = row.get("BlockId")
                if block is None or block["id"] != key:
                    block = {"id": key, "rows": [], "resources": [], "release": None, "ru": [], "sales": []}
                    found.append(block)
                    if key in ids:
                        self.defect(row, "block_again")
                    ids.add(key)
                block["rows"].append(row)
            elif row.role in ("summary", "foot", "record"):
                block = None
                if row.role == "record":
                    found.append({"id": "", "rows": [row], "resources": [], "release": None, "ru": [], "sales": []})
        file["blocks"] = len(ids)
        return found

    def read_block(self, block):
        for row in block["rows"]:
            getattr(self, "block_" + row.role, lambda b, r: None)(block, row)
        stated = sum(n for row in block["ru"] for v in values(row.get("Usages")) if (n := count(v)) is not None)
        if block["ru"] and block["sales"] and stated != sum(s["usages"] for s in block["sales"]):
            self.defect(block["ru"][0], "usages_differ")

    def first_code(self, row, name, check):
        found = values(row.get(name)) if row.get(name) else []
        if name == "ISRC" and len(found) > 1:
            self.defect(row, "several")
        return (check(found[0]) or found[0]) if found else ""

    def block_resource(self, block, row):
        block["resources"].append({
            "reference": plain(row.get("ResourceReference")), "id": plain(row.get("DspResourceId")),
            "isrc": self.first_code(row, "ISRC", isrc), "title": plain(row.get("Title")),
            "artist": plain(row.get("DisplayArtistName")), "works": [plain(row.get("ProprietaryWorkId"))],
            "iswcs": [self.first_code(row, "ISWC", iswc)]})

    def block_work(self, block, row):
        if block["resources"]:
            block["resources"][-1]["works"].append(plain(row.get("DspWorkId")))
            block["resources"][-1]["iswcs"].append(self.first_code(row, "ISWC", iswc))

    def block_release(self, block, row):
        if block["release"]:
            self.defect(row, "several")
        else:
            block["release"] = row

    def block_usage(self, block, row):
        if len(values(row.get("DspReleaseId"))) != len(values(row.get("Usages"))):
            self.defect(row, "lists_differ")
        block["ru"].append(row)

    def resource(self, block, row):
        if row.has("TransactedResource"):
            reference, key = row.get("TransactedResource"), "reference"
            if not reference:
                return None
        else:
            reference, key = row.get("DspReleaseId" if row.has("DspReleaseId") else "DspResourceId"), "id"
        for one in block["resources"]:
            if one[key] == reference:
                return one
        if row.has("DspReleaseId") and len(block["resources"]) == 1:
            return block["resources"][0]
        self.defect(row, "no_resource")
        return None

    def block_sale(self, block, row):
        found = self.resource(block, row)
        release = block["release"]
        sale = {"resource": "", "isrc": "", "title": "", "artist": "", "work": "", "iswc": "",
                "release": plain(release.get("DspReleaseId")) if release else "",
                "icpn": plain(release.get("ICPN")) if release else ""}
        if found:
            sale |= {"resource": found["id"], "isrc": found["isrc"], "title": found["title"],
                     "artist": found["artist"], "work": "|".join(filter(None, found["works"])),
                     "iswc": "|".join(filter(None, found["iswcs"]))}
        stated = row.get("DspReleaseId")
        if not sale["release"] and stated != sale["resource"]:
            sale["release"] = plain(stated)
        self.sell(block, row, sale)

    def block_record(self, block, row):
        of = "Release" if not row.get("ResourceTitle") else "Resource"
        self.sell(block, row, {
            "resource": plain(row.get("DspResourceId")), "isrc": self.first_code(row, "ISRC", isrc),
            "title": plain(row.get(of + "Title")), "artist": plain(row.get(of + "DisplayArtistName")),
            "work": plain(row.get("DspWorkId")), "iswc": self.first_code(row, "ISWC", iswc),
            "release": plain(row.get("DspReleaseId")), "icpn": plain(row.get("ICPN"))})
        if row.get("RightsController") or row.has("AllocatedRevenue" + ACC):
            self.block_share(block, row)

    def sell(self, block, row, sale):
        file = self.files[row.file - 1]
        key = row.get("SalesTransactionId")
        if key:
            if key in self.sale_ids:
                self.defect(row, "duplicate_sale")
            self.sale_ids.add(key)
        summary = self.known(row)
        if summary is None:
            self.defect(row, "unknown_summary")
        def of(name):
            return plain(summary.get(name)) if summary else ""
        headed = file["head"] and file["head"].line < row.line
        start, end = (file["first"], file["last"]) if headed else ("", "")
        one, other = (("SalesTransactionDate",) * 2 if row.has("SalesTransactionDate") else
                      ("ValidityPeriodStart", "ValidityPeriodEnd"))
        first, last = day(row.get(one)) or start, day(row.get(other)) or end
        if first and last:
            if first > last:
                self.defect(row, "period")
            elif (start and first < start) or (end and last > end):
                self.defect(row, "outside_period")
        usages = 0
        for name in ("Usages", "NumberOfStreams", "TotalUsages"):
            if row.has(name):
                usages = row.count(name) or 0
        returns, net = row.count("Returns"), row.count("NetUsage")
        if net is not None and usages - (returns or 0) != net:
            self.defect(row, "net_differs")
        revenue = row.amount("NetRevenue")
        currency = of("CurrencyOfAccounting" if summary and summary.has("CurrencyOfAccounting")
                      else "CurrencyOfReporting")
        self.out.append(("sale", [
            ("file", row.file), ("line", row.line), ("record", row.record), ("block", block["id"]), ("sale", key),
            ("summary", row.get("SummaryRecordId")), *[(n, sale[n]) for n in (
                "resource", "isrc", "title", "artist", "work", "iswc", "release", "icpn")],
            ("territory", of("Territory")), ("model", of("CommercialModel")), ("use", of("UseType")),
            ("service", of("ServiceDescription")), ("usages", usages), ("returns", returns or 0),
            ("revenue", row.get("NetRevenue") if revenue is not None else ""), ("currency", currency),
            ("first", first), ("last", last)]))
        made = {"row": row, "usages": usages, "returns": returns, "revenue": revenue, "shares": [],
                "summary": row.get("SummaryRecordId"), "currency": currency,
                "other": of("CurrencyOfTransaction")}
        block["sales"].append(made)
        self.sales.append(made)

    def block_share(self, block, row):
        if not block["sales"]:
            self.defect(row, "no_sale")
            return
        sale = block["sales"][-1]
        accounting = row.has("AllocatedRevenue" + ACC)
        amount, net = (("AllocatedRevenue" + ACC, "AllocatedNetRevenue" + ACC) if accounting else
                       ("AllocatedAmount", "AllocatedNetRevenue"))
        usages = next((n for name in ("AllocatedUsages", "NetUsage") if (n := row.count(name)) is not None), None)
        def text(name):
            return row.get(name) if row.amount(name) is not None else ""
        summary = self.by_id.get(sale["summary"]) if (self.known(sale["row"]) or sale["currency"]) else None
        controller = plain(row.get("RightsController"))
        self.out.append(("share", [
            ("file", row.file), ("line", row.line), ("sale_file", sale["row"].file), ("sale_line", sale["row"].line),
            ("controller", controller), ("work", plain(row.get("RightsControllerWorkId"))),
            ("rights", plain(row.get("RightsType"))), ("percentage", text("RightSharePercentage")),
            ("usages", usages or 0), ("amount", text(amount)), ("net", text(net)), ("currency", sale["currency"]),
            ("transaction_amount", text("AllocatedRevenue" + TRANS)),
            ("transaction_net", text("AllocatedNetRevenue" + TRANS)),
            ("transaction_currency", sale["other"] if summary else "")]))
        sale["shares"].append({"controller": controller, "usages": usages, "amount": row.amount(amount),
                               "net": row.amount(net)})

    # -- totals -----------------------------------------------------------------------------------------------

    STATED = (("usages", "Usages"), ("net_revenue", "NetRevenue"), ("allocated_usages", "AllocatedUsages"),
              ("allocated_revenue", "AllocatedRevenue"), ("allocated_net_revenue", "AllocatedNetRevenue"),
              ("returns", "Returns"))

    def stated(self, row, what, name):
        if row.has("CurrencyOfAccounting"):
            if what in ("usages", "net_revenue"):
                return None
            name += ACC if what.endswith("revenue") else ""
        cells = values(row.get(name))
        parts = [(count if name in COUNTS else number)(v) for v in cells]
        return None if not cells or None in parts else F(sum(parts))

    @staticmethod
    def found(sales, controller):
        """Sums over the sales in which the controller has a share; all of them for no controller."""
        mine = [s for s in sales if not controller or any(h["controller"] == controller for h in s["shares"])]
        shares = [h for s in mine for h in s["shares"] if not controller or h["controller"] == controller]
        def add(items, name):
            given = [i[name] for i in items if i[name] is not None]
            return F(sum(given)) if given else None
        return {"rows": len(mine), "usages": F(sum(s["usages"] for s in mine)) if mine else None,
                "returns": add(mine, "returns"), "net_revenue": add(mine, "revenue"),
                "allocated_usages": add(shares, "usages"), "allocated_revenue": add(shares, "amount"),
                "allocated_net_revenue": add(shares, "net")}

    def total(self, place, what, summary, controller, stated, found):
        if stated is None or found is None:
            return True
        self.out.append(("total", [("file", place[0]), ("line", place[1]), ("what", what), ("summary", summary),
                                   ("controller", controller), ("stated", shown(stated)), ("found", shown(found)),
                                   ("agrees", int(stated == found))]))
        return stated == found

    def totals(self, rows):
        def currency(row):
            return row.get("CurrencyOfAccounting" if row.has("CurrencyOfAccounting") else "CurrencyOfReporting")
        if len({currency(row) for row in rows}) <= 1:
            whole = self.found(self.sales, "")
            for what, name in self.STATED:
                parts = [p for row in rows if (p := self.stated(row, what, name)) is not None]
                self.total((0, 0), what, "", "", sum(parts) if parts else None, whole[what])
        for row in rows:
            key, controller = row.get("SummaryRecordId"), plain(row.get("RightsController"))
            sums = self.found([s for s in self.sales if s["summary"] == key], controller)
            if sums["rows"] == 0:
                continue
            for what, name in self.STATED:
                if not self.total((row.file, row.line), what, key, controller, self.stated(row, what, name),
                                  sums[what]):
                    self.defect(row, "total_differs")

    def sums(self):
        order = []
        for sale in self.sales:
            for key in [("", sale["currency"])] + [(h["controller"], sale["currency"]) for h in sale["shares"]]:
                if key not in order:
                    order.append(key)
        for controller, currency in order:
            found = self.found([s for s in self.sales if s["currency"] == currency], controller)
            self.out.append(("sum", [("controller", controller), ("currency", currency), ("rows", found["rows"]),
                                     ("usages", int(found["usages"] or 0)), ("returns", int(found["returns"] or 0)),
                                     ("revenue", shown(found["net_revenue"])),
                                     ("amount", shown(found["allocated_revenue"])),
                                     ("net", shown(found["allocated_net_revenue"]))]))

    def footers(self):
        lines = sum(f["lines"] for f in self.files)
        blocks = sum(f["blocks"] for f in self.files)
        for file in self.files:
            foot = file["foot"]
            for name, reason, found in (("NumberOfLinesInFile", "footer_lines", file["lines"]),
                                        ("NumberOfLinesInReport", "footer_all_lines", lines),
                                        ("NumberOfSummaryRecords", "footer_summaries", file["summaries"]),
                                        ("NumberOfBlocksInFile", "footer_blocks", file["blocks"]),
                                        ("NumberOfBlocksInReport", "footer_all_blocks", blocks)):
                stated = foot.count(name) if foot else None
                if stated is not None and stated != found:
                    self.defect(foot, reason)

    def run(self):
        self.sales, self.sale_ids = [], set()
        for file in self.files:
            for row in file["rows"]:
                self.check_cells(row)
        rows = self.summaries()
        for file in self.files:
            for block in self.blocks(file):
                self.read_block(block)
        self.check_files()
        self.footers()
        self.totals(rows)
        self.sums()
        return self


def shown(value):
    """Exact decimal text without trailing zeros."""
    if value is None:
        return "0"
    scaled = value * 10**18
    assert scaled.denominator == 1
    sign, digits = ("-" if scaled < 0 else ""), str(abs(int(scaled))).zfill(19)
    text = (digits[:-18] + "." + digits[-18:]).rstrip("0").rstrip(".")
    return sign + text


def lines(report):
    for kind, cells in report.out:
        yield kind + "".join(f"\t{name}={value}" for name, value in cells)
    for file, line, record, reason in sorted(report.defects):
        yield f"defect\tfile={file}\tline={line}\trecord={record}\treason={reason}"


def check(folder):
    """Figures added up by hand from the sample file."""
    name = "DSR_TEST_YouTube_AdSupport-music_2015-Q4_IS_1of1_20160121T150926.tsv"
    report = Report([os.path.join(folder, name)]).run()
    sums = {dict(c)["controller"]: dict(c) for kind, c in report.out if kind == "sum"}
    expected = {"": ("10210", "198.88"), "PUB_2": ("7810", "125.23"), "PUB_3": ("93", "41.81"),
                "SOC_1": ("262", "31.84"), "Residual": ("2045", "0")}
    assert {k: (str(v["usages"]), v["amount"]) for k, v in sums.items()} == expected, sums
    totals = {dict(c)["what"]: dict(c)["stated"] for kind, c in report.out if kind == "total" and dict(c)["line"] == 0}
    assert totals["net_revenue"] == "15763.58" and totals["allocated_net_revenue"] == "10187.64", totals
    found = [(line, reason) for _, line, _, reason in report.defects]
    for wanted in ((16, "usages_differ"), (21, "usages_differ"), (26, "usages_differ"), (11, "duplicate_summary"),
                   (12, "duplicate_summary"), (13, "duplicate_summary"), (13, "service_differs"), (15, "short_row"),
                   (20, "short_row"), (25, "short_row"), (22, "duplicate_sale"), (27, "duplicate_sale"),
                   (15, "no_iswc"), (14, "zero_duration"), (19, "zero_duration"), (24, "zero_duration")):
        assert wanted in found, wanted
    assert not any(reason in ("isrc", "iswc", "footer_lines") for _, reason in found)
    print("the figures are those that were added up by hand")


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        check(sys.argv[2])
        return
    for line in lines(Report(sys.argv[1:]).run()):
        print(line)


if __name__ == "__main__":
    main()
