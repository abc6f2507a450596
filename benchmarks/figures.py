"""Pass rates of figures on suites of cases, and throughput, beside the peers that are installed.

    python benchmarks/figures.py FOLDER [--exclude benchmarks/figures-policy.txt]

FOLDER holds *.jsonl files, a case a line: {"id", "text", "lang", "locale"?, "ref"?, "kind", "mode", "expected": [{"start", "end",
"value", "unit", "kind"}]}. `find`: every expected span with its value and no other of the same family; `whole`: the right value
and unit; `negative`: no figure. Peers give values only and are held to less: one of theirs must be the expected value, whatever
its place, unit and kind. Peers: text2num, quantulum3, price-parser, dateparser, babel, where they are installed beside the package
(`pip install text2num quantulum3 price-parser dateparser babel`). recognizers-text of PyPI knows no German and is left out.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from datasette_wirefacts.docs import read
from datasette_wirefacts.extractors.figures import extract_figures
from datasette_wirefacts.facts import Figure
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.texts import Text

Case = dict[str, Any]
Reader = Callable[[str], "list[float | str]"]
FAMILIES = {
    "count": "number",
    "fraction": "number",
    "pp": "percent-point",
    "percentage_point": "percent-point",
    "period": "duration",
}
DATED = ("date", "time", "year", "period", "set", "datetime", "daterange", "timerange", "datetimerange", "dateperiod", "holiday")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--exclude", type=Path, help="a file with a case's id and a reason on each line")
    chosen = options.parse_args()
    lines = chosen.exclude.read_text(encoding="utf-8").splitlines() if chosen.exclude else []
    left_out = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
    found = peers()
    texts = []
    for path in sorted(chosen.folder.glob("*-de*.jsonl")):
        cases = [case for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if case["id"] not in left_out]
        texts += [case["text"] for case in cases]
        show(path.stem, cases, found)
    throughput(texts, found)


def show(name: str, cases: list[Case], found: dict[str, Reader]) -> None:
    """Prints the pass rates of one suite by kind, without the kinds of dates that are written for assistants."""
    totals: Counter[str] = Counter()
    passes: Counter[tuple[str, str]] = Counter()
    for case in cases:
        if case["kind"] in DATED and name.startswith("recognizers"):
            continue
        totals[case["kind"]] += 1
        passes["wirefacts", case["kind"]] += passed(case, figures(case))
        for peer, values in found.items():
            passes[peer, case["kind"]] += peer_passed(case, values)
    readers = ("wirefacts", *found)
    print(f"\n{name:24} {'cases':>6}" + "".join(f"{who:>14}" for who in readers))
    for kind, n in sorted(totals.items()):
        print(f"  {kind:22} {n:6}" + "".join(f"{passes[who, kind] / n:14.1%}" for who in readers))


def figures(case: Case) -> list[Figure]:
    language = (case.get("locale") or case["lang"]).replace("_", "-")
    pack = load_pack(language)
    doc = read(Text(text=case["text"], language=language, published=(case.get("ref") or "")[:10] or None), pack)
    return list(extract_figures(doc, pack))


def passed(case: Case, got: list[Figure]) -> bool:
    """Whether a case is right as a whole."""
    same = [f for f in got if case["kind"] == "none" or family(f.kind) == family(case["kind"])]
    if case["mode"] == "negative":
        return not same
    if case["mode"] != "find":
        return any(right(case["expected"][0], f) for f in got)
    at = {(f.start, f.end): f for f in got}
    wanted = {(x["start"], x["end"]): x for x in case["expected"]}
    surplus = [f for f in same if (f.start, f.end) not in wanted]
    return not surplus and all(span in at and right(x, at[span]) for span, x in wanted.items())


def family(kind: str) -> str:
    return FAMILIES.get(kind, kind)


def right(expected: Case, found: Figure) -> bool:
    """Whether value and unit agree; a value that is no number is compared as an ISO form."""
    value, units = expected.get("value"), [expected.get("unit"), *(expected.get("unit_any") or [])]
    if units[0] is not None and found.unit not in units:
        return False
    if isinstance(value, str):
        return (found.iso or "").removeprefix("T") == value.removeprefix("T")
    if isinstance(value, dict):
        low, high = value.get("from"), value.get("to")
        return not isinstance(low, (int, float)) or (close(low, found.amount) and (high is None or close(high, found.amount_high)))
    return value is None or close(value, found.amount)


def close(wanted: Any, got: Any) -> bool:
    return got is not None and abs(float(got) - float(wanted)) <= 1e-5 * max(1.0, abs(float(wanted)))


def peer_passed(case: Case, values: Reader) -> bool:
    """Whether a peer finds each number or date that is expected, and nothing where nothing is."""
    wanted = [x["value"] for x in case["expected"] if isinstance(x.get("value"), (int, float, str))]
    got = read_by(values, case["text"])
    if case["mode"] == "negative":
        return not got
    return bool(wanted) and all(any(w == g if isinstance(w, str) else close_number(w, g) for g in got) for w in wanted)


def close_number(wanted: Any, got: Any) -> bool:
    return not isinstance(got, str) and close(wanted, got)


def read_by(values: Reader, text: str) -> list[float | str]:
    """What a peer finds; nothing where it raises, as it may on what it cannot read."""
    try:
        return values(text)
    except Exception:
        return []


def peers() -> dict[str, Reader]:
    """The installed peers as functions from a text to the values they find: numbers, and days in ISO form."""
    found: dict[str, Reader] = {}
    for name, build in (
        ("text2num", text2num),
        ("quantulum3", quantulum3),
        ("price-parser", price_parser),
        ("dateparser", dateparser),
        ("babel", babel),
    ):
        with suppress(ImportError):
            found[name] = build()
    return found


def text2num() -> Reader:
    """Number words alone: what it writes in digits that were no digits before."""
    from text_to_num import alpha2digit

    digits = re.compile(r"\d+(?:[.,]\d+)?")

    def read_words(text: str) -> list[float | str]:
        before = Counter(digits.findall(text))
        return [float(n.replace(",", ".")) for n in (Counter(digits.findall(alpha2digit(text, "de"))) - before)]

    return read_words


def quantulum3() -> Reader:
    """Measures; it knows English alone."""
    warnings.simplefilter("ignore")  # about a classifier that is another package
    from quantulum3 import parser

    return lambda text: [q.value for q in parser.parse(text)]


def price_parser() -> Reader:
    """The one price of a text."""
    from price_parser import Price

    return lambda text: [float(a) for a in [Price.fromstring(text).amount] if a is not None]


def dateparser() -> Reader:
    """Days in running text."""
    from dateparser.search import search_dates

    return lambda text: [day.date().isoformat() for _, day in search_dates(text, languages=["de"]) or []]


def babel() -> Reader:
    """A text that is one number in digits."""
    from babel.numbers import parse_decimal

    return lambda text: [float(parse_decimal(text, locale="de", strict=True))]


def throughput(texts: list[str], found: dict[str, Reader]) -> None:
    """Prints the speed on the cases' own texts, figure-dense as they are: in CPU time, each text by itself."""
    size = sum(map(len, texts)) / 1e6
    pack = load_pack("de")
    docs = [read(Text(text=text, language="de"), pack) for text in texts]
    speeds = {"wirefacts, after tokenising": seconds(lambda: [list(extract_figures(doc, pack)) for doc in docs])}
    speeds["wirefacts, from the text"] = seconds(
        lambda: [list(extract_figures(read(Text(text=text, language="de"), pack), pack)) for text in texts]
    )
    for peer, values in found.items():
        speeds[peer] = seconds(lambda values=values: [read_by(values, text) for text in texts])  # type: ignore[misc]
    print(f"\n{size:.2f} MB of text")
    for name, spent in speeds.items():
        print(f"  {name:28} {size / spent:8.3f} MB/s")


def seconds(run: Callable[[], Any]) -> float:
    start = time.process_time()
    run()
    return max(time.process_time() - start, 1e-9)


if __name__ == "__main__":
    main()
