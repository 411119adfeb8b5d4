#!/usr/bin/env python3
"""The extension ddex_dsr against tests/oracle/dsr.py: the sample files, reports of the other profiles, and
hundreds of broken variants of them, drawn at random.

Would catch: a row, defect, total or sum that the extension does not report, reports twice or with other
values; a line that is read otherwise when it comes in parts; a crash. Prints its seed; LICET_SEED repeats.
"""
import glob
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dsr  # noqa: E402

BUILD = os.environ["LICET_BUILD"]
SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "dsr")
VARIANTS = int(os.environ.get("LICET_VARIANTS", "400"))
CALLER = os.path.join(BUILD, "tests/call_extension")
INTERFACE = glob.glob(os.path.join(BUILD, "**/licet/ddex_dsr.interface"), recursive=True)[0]
SAMPLE = "DSR_TEST_YouTube_AdSupport-music_2015-Q4_IS_1of1_20160121T150926.tsv"


def row(*cells):
    return "\t".join(cells).encode()


def filled(kind, **given):
    """A row of a record type from its named cells."""
    return row(kind, *[given.pop(name, "") for name, _ in dsr.LAYOUTS[kind]]) + (b"" if not given else 1 / 0)


def head(n, of, **more):
    return filled("HEAD", MessageVersion="dsrf/30", Profile="BasicAudioProfile", ProfileVersion="1.2", MessageId="M1",
                  MessageCreatedDateTime="2026-02-03T04:05:06+01:00", FileNumber=str(n), NumberOfFiles=str(of),
                  UsageStartDate="2026-01-01", UsageEndDate="2026-01-31", SenderPartyId="P2", SenderName="Shop",
                  ServiceDescription="Store", RecipientPartyId="P1", RecipientName="Label", **more)


def name(n, of, service="Store"):
    return f"DSR_Label_P2_{service}_2026-01_Worldwide_{n}of{of}_20260203T040506.tsv"


def basic_audio():
    """A report in two files: downloads and streams of releases, two tracks each, several works."""
    def summary(key, territory, usages, revenue):
        return filled("SY02.02", SummaryRecordId=key, CommercialModel="PayAsYouGoModel", UseType="PermanentDownload",
                      Territory=territory, ServiceDescription="Store", Usages=usages, CurrencyOfReporting="SEK",
                      NetRevenue=revenue, ContentCategory="Music")

    def block(key, track):
        return [
            filled("RE01", BlockId=key, ReleaseReference="R1", DspReleaseId="r" + key, ICPN="0602435000001",
                   DisplayArtistName="Bänd|Other", DisplayArtistPartyId="1|2", Title="Album\\|Deluxe"),
            filled("AS02.02", BlockId=key, ResourceReference="A1", DspResourceId="t" + track, ISRC="SE-AAA-26-0000" + track,
                   Title="One", DisplayArtistName="Bänd", Duration="PT3M2.5S", ResourceType="SoundRecording",
                   ISWC="T-034.524.680-1", ProprietaryWorkId="w1"),
            filled("AS01.01", BlockId=key, ResourceReference="A2", DspResourceId="t9" + track, Title="Two",
                   ISRC="SEAAA2600099|SEAAA2600098", DisplayArtistName="Bänd", ResourceType="SoundRecording"),
            filled("MW01.01", BlockId=key, DspWorkId="w2", Title="Två", ISWC="T9109247316"),
            filled("MW01.01", BlockId=key, DspWorkId="w3", Title="Tre", ISWC="T0702472794", ComposerAuthor="A|B",
                   ComposerAuthorPartyId="1"),
            filled("SU01", BlockId=key, SummaryRecordId="1", SalesTransactionId="d" + key, TransactedRelease="R1",
                   IsRoyaltyBearing="true", SalesUpgrade="false", Usages="10", Returns="2",
                   PriceConsumerPaidExcSalesTax="89.5"),
            filled("SU01", BlockId=key, SummaryRecordId="1", SalesTransactionId="e" + key, TransactedResource="A1",
                   IsRoyaltyBearing="true", SalesUpgrade="false", Usages="3", Returns="0"),
            filled("SU02", BlockId=key, SummaryRecordId="2", SalesTransactionId="f" + key, TransactedResource="A2",
                   NumberOfStreams="1000000")]
    files = []
    for n, keys in ((1, ("b1", "b2")), (2, ("b3",))):
        lines = [head(n, 2), b"# made for a test", summary("1", "SE", "39", "0"), summary("2", "NO", "3000000", "12.50")]
        for i, key in enumerate(keys):
            lines += block(key, str(10 * n + i)[:2].zfill(3)[-3:])
        lines.append(filled("FOOT", NumberOfLinesInFile=str(len(lines) + 1), NumberOfLinesInReport="34",
                            NumberOfSummaryRecords="2", NumberOfBlocksInFile=str(len(keys)), NumberOfBlocksInReport="3"))
        files.append((name(n, 2), lines))
    return files


def financial():
    """Single records with transaction and accounting currency, returns, and a summary that adds up."""
    lines = [head(1, 1).replace(b"HEAD", b"SRHE", 1), filled(
        "SY10", SummaryRecordId="S", CommercialModel="PayAsYouGoModel", UseType="PermanentDownload",
        ReportingPeriodStartDate="2026-01-01", ReportingPeriodEndDate="2026-01-31", Territory="SE", Usages="500",
        AllocatedUsages="17", Returns="3", MusicUsageRatio="1", CurrencyOfTransaction="SEK", CurrencyOfAccounting="EUR",
        ExchangeRate="0.0871", DeductionsInCurrencyOfTransaction="0", DeductionsInCurrencyOfAccounting="0",
        NetRevenueInCurrencyOfTransaction="900", NetRevenueInCurrencyOfAccounting="78.39",
        AllocatedRevenueInCurrencyOfTransaction="300", AllocatedRevenueInCurrencyOfAccounting="26.13",
        AllocatedNetRevenueInCurrencyOfTransaction="270", AllocatedNetRevenueInCurrencyOfAccounting="23.517",
        SubscriptionFeeInCurrencyOfAccounting="0", FinalTotalAmountInCurrencyOfTransaction="270",
        FinalTotalAmountInCurrencyOfAccounting="23.517")]
    for n, (total, returned, gross, net) in enumerate((("12", "2", "20.13", "18.117"), ("8", "1", "6.000", "5.400000"))):
        lines.append(filled(
            "SR08", SalesTransactionId=f"x{n}", DspReleaseId=f"rel{n}", ReleaseTitle="Album", ICPN="0602435000001",
            ResourceTitle="One" if n else "", ISRC="SEAAA2600001", SummaryRecordId="S", TotalUsages=total,
            SalesTransactionDate="2026-01-2" + str(n), Returns=returned, NetUsage=str(int(total) - int(returned)),
            RightSharePercentage="100", CalculatedUnitPriceInCurrencyOfTransaction="9",
            CalculatedUnitPriceInCurrencyOfAccounting="0.7839", AllocatedRevenueInCurrencyOfTransaction="150",
            AllocatedRevenueInCurrencyOfAccounting=gross, AllocatedNetRevenueInCurrencyOfTransaction="135",
            AllocatedNetRevenueInCurrencyOfAccounting=net, CopyrightObligationWithDSP="true"))
    lines.append(filled("SRFO", NumberOfLinesInReport="5", NumberOfSummaryRecords="1"))
    return [(name(1, 1), lines)]


def sample():
    with open(os.path.join(SAMPLES, SAMPLE), "rb") as file:
        return [(SAMPLE, file.read().split(b"\n")[:-1])]


# -- breaking --------------------------------------------------------------------------------------------------

VALUES = [b"", b"0", b"-1", b"-0", b"1.5", b"007", b"1e3", b"9223372036854775808", b"1.0000000000000000001", b"0.0000001",
          b"12,50", b"2026-02-30", b"20260131", b"2026-01-31", b"2015-10-05", b"x|y", b"1|2|3", b"a\\|b", b"a\\", b"|",
          b"USD", b"ZZZ", b"IS", b"XX", b"Worldwide", b"USSM19803037", b"T0345246801", b"T0345246802", b"PT1M", b"P",
          b"PT0S", b"P0DT1H", b"nothing", "Ünï".encode(), b"\xff", b"S", b"1", b"2", b"A1", b"\x01"]
LINES = [b"", b"\r", b"#", b"# text\tmore", b"ZZ99\t1", b"DE01\tx\ty\tz", b"LI01.01\t9\t1\tC", b"HEAD", b"FOOT",
         b"#SU03.01\tBlockId\tUsages\tUsages\tNetRevenue\tNobody", b"#AS01\tTitle\tBlockId\tISRC\tDspResourceId",
         b"#SU44\tBlockId\tSalesTransactionId\tSummaryRecordId\tDspResourceId\tUsages", b"SU44\t3\tz\t1\tx\t5",
         b"#LI01.01\tBlockId\tRightsController\tAllocatedAmount", b"x" * (1 << 20), b"y" * ((1 << 20) + 1)]


def break_one(rng, lines):
    """Returns the lines with one thing changed."""
    lines = list(lines)
    at = rng.randrange(len(lines))
    kind = rng.randrange(9)
    if kind <= 3:
        cells = lines[at].split(b"\t")
        cells[rng.randrange(len(cells)) if kind else -1] = rng.choice(VALUES)
        lines[at] = b"\t".join(cells)
    elif kind == 4:
        lines.insert(at, lines[rng.randrange(len(lines))])
    elif kind == 5:
        del lines[at]
    elif kind == 6:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 7:
        cells = lines[at].split(b"\t")
        lines[at] = b"\t".join(cells[:rng.randrange(len(cells) + 1)] if rng.random() < 0.6 else cells + [b"more"])
    else:
        lines.insert(at, rng.choice(LINES))
    return lines or [b""]


def broken(rng, files):
    files = [(name, list(lines)) for name, lines in files]
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(files))
        name, lines = files[at]
        choice = rng.random()
        if choice < 0.9:
            files[at] = (name, break_one(rng, lines))
        elif choice < 0.93 and len(files) > 1:
            del files[at]
        elif choice < 0.96:
            files.append(files[at])
        else:
            files[at] = (rng.choice(["report.tsv", name[:-4], name.replace("_", "", 1), name.replace("1of", "0of"),
                                     name.replace("of2", "of3"), name.replace("2026-01", "2026-Q1"),
                                     name.replace("Label", "Nobody"), name.replace("T040506", "T040507")]), lines)
    return files


# -- comparing ----------------------------------------------------------------------------------------------------

def ours(paths, part):
    calls = "open\n"
    for path in paths:
        calls += f"begin\t1\t{os.path.basename(path)}\nfeed\t1\t{part}:{path}\n"
    done = subprocess.run([CALLER, INTERFACE], input=(calls + "finish\t1\n").encode(), capture_output=True, check=False)
    if done.returncode != 0:
        return [f"exit {done.returncode}: {done.stderr.decode(errors='replace')}"]
    found = done.stdout.decode().split("\n")[1:-1]  # without the report's number
    defects = [re.sub(r"\tmeaning=.*", "", line) for line in found if line.startswith("defect\t")]
    return [line for line in found if not line.startswith("defect\t")] + sorted(defects)


def theirs(paths):
    found = list(dsr.lines(dsr.Report(paths).run()))
    defects = [line for line in found if line.startswith("defect\t")]
    return [line for line in found if not line.startswith("defect\t")] + sorted(defects)


def found_in(files):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, files[0][0])
        with open(path, "wb") as file:
            file.write(b"\n".join(files[0][1]) + b"\n")
        return ours([path], 100)


def compare(files, part, newline=b"\n", last=b"\n"):
    """None, or the first difference."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, (name, lines) in enumerate(files):
            os.mkdir(os.path.join(folder, str(i)))
            paths.append(os.path.join(folder, str(i), name))
            with open(paths[-1], "wb") as file:
                file.write(newline.join(lines) + last)
        one, other = ours(paths, part), theirs(paths)
        if one == other:
            return None
        only = [f"extension: {line[:300]}" for line in one if line not in other]
        only += [f"oracle: {line[:300]}" for line in other if line not in one]
        return "; ".join(only[:4]) or "another order, or another number of times"


def main():
    seed = int(os.environ.get("LICET_SEED", "20260101"))
    print(f"seed {seed}")
    rng = random.Random(seed)
    reports = {"sample": sample(), "basic audio": basic_audio(), "financial": financial()}
    passed = failed = 0
    for title, files in reports.items():
        for part, newline, last in ((1, b"\n", b"\n"), (7, b"\r\n", b"\r\n"), (1 << 20, b"\n", b"")):
            difference = compare(files, part, newline, last)
            passed, failed = passed + (difference is None), failed + (difference is not None)
            print(f"{'ok' if difference is None else 'not ok'} - {title} in parts of {part}"
                  + (f": {difference}" if difference else ""))
        if title == "financial":
            clean = not any(line.startswith("defect") for line in found_in(files))
            passed, failed = passed + clean, failed + (not clean)
            print(f"{'ok' if clean else 'not ok'} - a report in order has no defect")
    for n in range(VARIANTS):
        title = rng.choice(list(reports))
        files = broken(rng, reports[title])
        difference = compare(files, rng.choice((3, 64, 4096, 1 << 20)))
        if difference is None:
            passed += 1
            continue
        failed += 1
        kept = tempfile.mkdtemp(prefix="licet-dsr-")
        for i, (name, lines) in enumerate(files):
            with open(os.path.join(kept, f"{i}-{name}"), "wb") as file:
                file.write(b"\n".join(lines) + b"\n")
        print(f"not ok - variant {n} of {title} in {kept}: {difference}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
