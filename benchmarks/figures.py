"""Pass rates of figures on suites of cases, and throughput, beside the peers that are installed.

    python benchmarks/figures.py FOLDER [--exclude benchmarks/figures-policy.txt]

FOLDER holds *.jsonl files, a case a line: {"id", "text", "lang", "locale"?, "ref"?, "kind", "mode", "expected": [{"start", "end",
"value", "unit", "kind"}]}. `find`: every expected span with its value and no other of the same family; `whole`: the right value
and unit; `negative`: no figure. Peers give values only and are held to less: one of theirs must be the expected value.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from datasette_wirefacts.docs import read
from datasette_wirefacts.extractors.figures import extract_figures
from datasette_wirefacts.facts import Figure
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.texts import Text

Case = dict[str, Any]
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
    throughput("\n".join(texts))


def show(name: str, cases: list[Case], found: dict[str, Callable[[str], list[float]]]) -> None:
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
    print(f"\n{name:24} {'cases':>6}  wirefacts  " + "  ".join(found))
    for kind, n in sorted(totals.items()):
        print(f"  {kind:22} {n:6}  " + "  ".join(f"{passes[who, kind] / n:9.1%}" for who in ("wirefacts", *found)))


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


def peer_passed(case: Case, values: Callable[[str], list[float]]) -> bool:
    """Whether a peer finds each number that is expected, and nothing where nothing is."""
    wanted = [x["value"] for x in case["expected"] if isinstance(x.get("value"), (int, float))]
    try:
        got = values(case["text"])
    except Exception:  # a peer that fails has not passed
        return False
    return (not got) if case["mode"] == "negative" else bool(wanted) and all(any(close(w, g) for g in got) for w in wanted)


def peers() -> dict[str, Callable[[str], list[float]]]:
    """The installed peers as functions from a text to the values they find."""
    return dict(installed())


def installed() -> Iterator[tuple[str, Callable[[str], list[float]]]]:
    try:
        from text_to_num import text2num

        yield " text2num", lambda text: [float(text2num(text.lower(), "de"))]
    except ImportError:
        pass
    try:
        from quantulum3 import parser

        yield "quantulum3", lambda text: [q.value for q in parser.parse(text)]
    except ImportError:
        pass
    try:
        from price_parser import Price

        yield "price-parser", lambda text: [float(a) for a in [Price.fromstring(text).amount] if a is not None]
    except ImportError:
        pass


def throughput(text: str) -> None:
    """Prints the speed on the cases' own texts: figure-dense, in one piece, after tokenising."""
    pack = load_pack("de")
    doc = read(Text(text=text, language="de"), pack)
    start = time.process_time()
    count = sum(1 for _ in extract_figures(doc, pack))
    seconds = time.process_time() - start
    print(f"\n{len(text) / 1e6:.2f} MB with {count} figures in {seconds:.2f} s: {len(text) / 1e6 / seconds:.2f} MB/s")


if __name__ == "__main__":
    main()
