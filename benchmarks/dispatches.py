"""How well the engine reads the project's own dispatches, which somebody annotated who had not seen the rules.

    python benchmarks/dispatches.py [--wire] [--engine full|fast] [--failures N]

prints, for each kind of fact, precision, recall and F1 of exact spans, and how often the meaning of a found fact is right.
Gold: tests/corpus/de/dispatches.jsonl. Texts: the dispatches that the package ships. With --wire, tests/corpus/de/wire.jsonl
instead: 14 dispatches with their texts, which somebody else wrote and annotated later.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from datasette_wirefacts.pipeline import make_pipeline
from datasette_wirefacts.rows import facts_json

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "corpus" / "de" / "dispatches.jsonl"
TEXTS = ROOT / "datasette_wirefacts" / "demo" / "dispatches.jsonl"
WIRE = GOLD.with_name("wire.jsonl")
EDGE = " .,;:!?…"
Fact = dict[str, Any]


def read_lines(path: Path) -> Iterator[Fact]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--wire", action="store_true", help="the 14 dispatches of the second set")
    options.add_argument("--engine", choices=["full", "fast"], default="full")
    options.add_argument("--failures", type=int, default=0, help="print so many misses and surplus facts of each row")
    chosen = options.parse_args()
    board = Board(chosen.failures)
    pipeline = make_pipeline(chosen.engine)
    texts = {line["id"]: line for line in read_lines(WIRE if chosen.wire else TEXTS)}
    for gold in read_lines(WIRE if chosen.wire else GOLD):
        source = texts[gold["id"]]
        found = pipeline.extract(source["body"], language=source["language"], published=source["published"], title=source["title"])
        compare(board, source["body"], gold, facts_json(found))
    board.show()


class Board:
    """Counts of each row: found and right, surplus, missed; and of each meaning: right and looked at."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.rows: dict[str, Counter[str]] = {}
        self.meanings: dict[str, Counter[str]] = {}

    def spans(self, row: str, gold: Iterable[Any], found: Iterable[Any], show: Callable[[Any], str]) -> None:
        wanted, got = set(gold), set(found)
        counts = self.rows.setdefault(row, Counter())
        counts.update(right=len(wanted & got), surplus=len(got - wanted), missed=len(wanted - got))
        for label, keys in (("missed", wanted - got), ("surplus", got - wanted)):
            for key in sorted(keys, key=str)[: self.failures]:
                print(f"  {row} {label}: {show(key)}")

    def meaning(self, row: str, right: bool, what: str = "") -> None:
        self.meanings.setdefault(row, Counter()).update(right=right, all=1)
        if not right and self.failures:
            print(f"  {row} wrong: {what}")

    def show(self) -> None:
        print(f"{'spans':34} {'P':>6} {'R':>6} {'F1':>6}  right surplus missed")
        for row, n in self.rows.items():
            precision, recall = n["right"] / max(1, n["right"] + n["surplus"]), n["right"] / max(1, n["right"] + n["missed"])
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            print(f"{row:34} {precision:6.1%} {recall:6.1%} {f1:6.1%}  {n['right']:5} {n['surplus']:7} {n['missed']:6}")
        print(f"\n{'meaning of what was found':34} {'right':>6}     of")
        for row, n in self.meanings.items():
            print(f"{row:34} {n['right'] / n['all']:6.1%} {n['all']:6}")


def compare(board: Board, text: str, gold: Fact, found: Fact) -> None:
    """Adds one dispatch to the board."""
    compare_quotes(board, text, gold["quotes"], found["quotes"])
    compare_figures(board, text, gold["figures"], found["figures"])
    compare_entities(board, text, gold["entities"], found["entities"])
    board.spans("roles", *(((r["person"], r["role"]) for r in side["roles"]) for side in (gold, found)), str)
    board.spans("datelines", *(dateline(side["dateline"]) for side in (gold, found)), str)


def dateline(found: Fact | None) -> list[str]:
    return [json.dumps([found[key] for key in ("places", "date", "agencies")], ensure_ascii=False).casefold()] if found else []


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without punctuation and white space at its edges, on which annotators differ."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip(EDGE)), start + len(piece.rstrip(EDGE))


def content(text: str, quote: Fact) -> tuple[tuple[int, int], ...]:
    return tuple(trimmed(text, part["start"], part["end"]) for part in quote["parts"])


def name(quote: Fact) -> str | None:
    speaker = quote["speaker"]
    return speaker["name"].casefold() if speaker and speaker["name"] else None


def compare_quotes(board: Board, text: str, gold: list[Fact], found: list[Fact]) -> None:
    def show(key: Any) -> str:
        spans, *speaker = key if isinstance(key[0][0], tuple) else (key,)
        return " … ".join(text[b:e] for b, e in spans)[:120] + (f"  [{speaker[0]}]" if speaker else "")

    for kind in ("direct", "indirect", "indirect_free", "reported"):
        wanted, got = ({content(text, q): q for q in side if q["kind"] == kind} for side in (gold, found))
        board.spans(f"{kind} quotes", wanted, got, show)
        if kind == "direct":
            pairs = [{(spans, name(q)) for spans, q in side.items()} for side in (wanted, got)]
            board.spans("direct quotes with speaker", *pairs, show)
        for spans in wanted.keys() & got.keys():
            compare_speaker(board, kind, wanted[spans], got[spans])


def compare_speaker(board: Board, kind: str, gold: Fact, found: Fact) -> None:
    what = f"{found['text'][:60]}: {name(gold)} read as {name(found)}"
    board.meaning(f"{kind}: speaker given", bool(name(found)) or not name(gold), what)
    if name(found):
        board.meaning(f"{kind}: speaker not wrong", name(gold) == name(found), what)


def compare_figures(board: Board, text: str, gold: list[Fact], found: list[Fact]) -> None:
    wanted, got = ({(f["start"], f["end"]): f for f in side} for side in (gold, found))
    board.spans("figures", wanted, got, lambda span: f"{text[slice(*span)]}  in  {text[max(0, span[0] - 40) : span[1] + 30]!r}")
    for span in sorted(wanted.keys() & got.keys()):
        compare_meaning(board, wanted[span], got[span])


def compare_meaning(board: Board, gold: Fact, found: Fact) -> None:
    what = lambda key: f"{gold['text']}: {gold[key]!r} read as {found[key]!r}"  # noqa: E731
    board.meaning("figure: value and unit", same_value(gold, found) and (gold["unit"] == found["unit"]), what("amount"))
    for key in ("kind", "comparator", "trend", "change"):
        if gold[key] or found[key]:
            board.meaning(f"figure: {key}", gold[key] == found[key], what(key))
    for key in ("measured", "period"):
        wanted, got = gold[key], found[key]
        if wanted:
            board.meaning(f"figure: {key} given and right", bool(got) and overlap(wanted, got), what(key))
        if got:
            board.meaning(f"figure: {key} not wrong", bool(wanted) and overlap(wanted, got), what(key))


def same_value(gold: Fact, found: Fact) -> bool:
    same = lambda key: abs((gold[key] or 0) - (found[key] or 0)) <= 1e-6 * abs(gold[key] or 1)  # noqa: E731
    return (gold["amount"] is None or same("amount")) and same("amount_high") and gold["iso"] in (None, found["iso"])


def overlap(a: Fact, b: Fact) -> bool:
    """True where the shorter of two spans lies for more than half in the other."""
    common = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return 2 * common > min(a["end"] - a["start"], b["end"] - b["start"])


def compare_entities(board: Board, text: str, gold: list[Fact], found: list[Fact]) -> None:
    wanted, got = ({(m["start"], m["end"]): e for e in side for m in e["mentions"]} for side in (gold, found))
    show = lambda key: f"{text[key[0] : key[1]]} ({key[2]})"  # noqa: E731
    for kind in ("person", "place", "organisation"):
        keys = [{(*span, e["kind"]) for span, e in side.items() if e["kind"] == kind} for side in (wanted, got)]
        board.spans(f"mentions of {kind}s", *keys, show)
    for span in sorted(wanted.keys() & got.keys()):
        board.meaning(
            "mention: name", wanted[span]["name"] == got[span]["name"], f"{wanted[span]['name']} read as {got[span]['name']}"
        )


if __name__ == "__main__":
    main()
