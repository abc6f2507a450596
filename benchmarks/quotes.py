"""How well the engine finds German quotes and speakers, on a folder of articles in the format of the published data set.

    python benchmarks/quotes.py FOLDER [--engine full|fast] [--json FILE]

The data set is "News quotations and speakers" of Universität Hamburg (github.com/uhh-lt/german-news-quotation-attribution-2024,
arXiv 2404.16764; CC BY-NC-SA 4.0: for measuring only). A folder holds one JSON file an article: `originalText`, `tokens` with
`charBegin` and `charEnd`, `annotations` with `tokenIds`. Needs numpy and scipy.

Printed: the official measures (macro over quotes; pairs by the best sum of token F1, also of quotes that share no token) and the
same with such empty pairs taken apart; then, for each kind, F1 of exact token spans, of spans with a Dice of 0.8, speakers that are
right on those, and both together; last the speed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datasette_wirefacts.pipeline import make_pipeline
from datasette_wirefacts.rows import facts_json

ROLES = ("addressee", "cue", "frame", "speaker")
KINDS = {
    "direct": "Direct",
    "indirect": "Indirect",
    "reported": "Reported",
    "free_indirect": "FreeIndirect",
    "indirect_free": "IndirectFreeIndirect",
}
PRONOUNS = frozenset(
    ["er", "sie", "es", "wir", "ich", "man", "der", "die", "das", "dieser", "diese", "dieses", "ihm", "ihr", "ihnen"]
)
Ids = frozenset[int]
Pair = tuple["Mark | None", "Mark | None"]


@dataclass(frozen=True)
class Mark:
    """One annotated quote as token ids: kind, medium, content and roles."""

    kind: str
    medium: str
    quote: Ids
    roles: dict[str, Ids] = field(hash=False, default_factory=dict)


@dataclass
class Article:
    """An article's token texts, the gold quotes and those that were found."""

    words: list[str]
    gold: list[Mark]
    found: list[Mark]


@dataclass
class Clock:
    """How much text was read, in how much processor time (without loading the tables)."""

    characters: int = 0
    seconds: float = 0.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--engine", choices=["fast", "full"], default="full")
    options.add_argument("--json", type=Path, help="write the figures there, too")
    chosen = options.parse_args()
    paths = sorted(chosen.folder.glob("*.json"))
    if not paths:
        sys.exit(f"No *.json in {chosen.folder}: download the data set first (see --help).")
    clock = Clock()
    articles = list(read(paths, chosen.engine, clock))
    report = {"official": official(articles), "without empty pairs": official(articles, apart=True)}
    report |= {kind: by_kind(articles, label) for kind, label in KINDS.items()}
    for row, figures in report.items():
        print(f"{row:20}", "  ".join(f"{name} {value:.1%}" for name, value in figures.items()))
    print(
        f"{len(articles)} articles, {clock.characters:,} characters, all facts in {clock.seconds:.1f} s of processor time: "
        f"{clock.characters / clock.seconds / 1000:,.0f} thousand characters a second"
    )
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


def read(paths: Iterable[Path], engine: str, clock: Clock) -> Iterator[Article]:
    """The articles with the engine's quotes as token ids of the data set."""
    pipeline = make_pipeline(engine)
    pipeline.extract("„Ja“, sagte Jan Maier.", language="de")  # loads the tables
    for path in paths:
        data = json.loads(path.read_text(encoding="utf-8"))
        date = re.search(r"\((\d{4}-\d\d-\d\d)\)$", data["documentName"])
        start = time.process_time()
        facts = pipeline.extract(data["originalText"], language="de", published=date[1] if date else None)
        clock.seconds += time.process_time() - start
        clock.characters += len(data["originalText"])
        tokens = data["tokens"]
        gold = [gold_mark(annotation) for annotation in data["annotations"]]
        found = [mark for quote in facts_json(facts)["quotes"] for mark in found_marks(quote, tokens)]
        yield Article([token["text"] for token in tokens], [m for m in gold if m.quote], [m for m in found if m.quote])


def gold_mark(annotation: dict[str, Any]) -> Mark:
    ids = {role: frozenset((annotation.get(role) or {}).get("tokenIds") or ()) for role in ("quote", *ROLES)}
    return Mark(annotation["type"], annotation["medium"], ids.pop("quote"), ids)


def found_marks(quote: dict[str, Any], tokens: list[dict[str, Any]]) -> Iterator[Mark]:
    """A direct quote is one mark a part, with its quotation marks; any other is one mark with all its parts."""
    spans = {"cue": (quote["cue"] or {}).get("spans", ()), "frame": quote["frame"]}
    for role in ("speaker", "addressee"):
        spans[role] = [(quote[role]["start"], quote[role]["end"])] if quote[role] else ()
    roles = {role: token_ids(spans[role], tokens) for role in ROLES}
    parts = [(part["outer_start"], part["outer_end"]) for part in quote["parts"]]
    for content in [[part] for part in parts] if quote["kind"] == "direct" else [parts]:
        yield Mark(KINDS[quote["kind"]], (quote["medium"] or "speech").capitalize(), token_ids(content, tokens), roles)


def token_ids(spans: Iterable[Any], tokens: list[dict[str, Any]]) -> Ids:
    """The tokens of which at least half lies in one of the spans."""
    return frozenset(
        token["id"]
        for begin, end in spans
        for token in tokens
        if 2 * (min(end, token["charEnd"]) - max(begin, token["charBegin"])) >= max(1, token["charEnd"] - token["charBegin"])
    )


def dice(a: Ids, b: Ids) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def assigned(gold: list[Mark], found: list[Mark], score: Callable[[Mark, Mark], float]) -> list[tuple[Mark, Mark]]:
    """The pairs with the best sum of scores."""
    from scipy.optimize import linear_sum_assignment

    if not gold or not found:
        return []
    rows, columns = linear_sum_assignment([[-score(g, f) for f in found] for g in gold])
    return [(gold[i], found[j]) for i, j in zip(rows, columns, strict=True)]


def overlap(g: Mark, f: Mark) -> float:
    """Token F1; of equal ones the pair of the same kind, then of the same medium."""
    shared = dice(g.quote, f.quote)
    return shared and shared + 0.01 * (g.kind == f.kind) + 0.001 * (g.medium == f.medium)


def official(articles: list[Article], apart: bool = False) -> dict[str, float]:
    """Macro F1 over quotes of their content (messages), their roles, and both (joint)."""
    precision: dict[str, list[float]] = {part: [] for part in ("quote", *ROLES)}
    recall: dict[str, list[float]] = {part: [] for part in ("quote", *ROLES)}
    for article in articles:
        for g, f in all_pairs(article, apart):
            for part in precision:
                wanted, got = ids_of(g, part), ids_of(f, part)
                if got:
                    precision[part].append(len(wanted & got) / len(got))
                if wanted:
                    recall[part].append(len(wanted & got) / len(wanted))
    groups = {"messages": ("quote",), "roles": ROLES, "joint": ("quote", *ROLES)}
    return {
        name: f1(*(mean([x for part in parts for x in side[part]]) for side in (precision, recall)))
        for name, parts in groups.items()
    }


def all_pairs(article: Article, apart: bool) -> Iterator[Pair]:
    pairs = assigned(article.gold, article.found, overlap)
    pairs = [(g, f) for g, f in pairs if not apart or g.quote & f.quote]
    yield from pairs
    paired = {id(mark) for pair in pairs for mark in pair}
    yield from ((g, None) for g in article.gold if id(g) not in paired)
    yield from ((None, f) for f in article.found if id(f) not in paired)


def ids_of(mark: Mark | None, part: str) -> Ids:
    if mark is None:
        return frozenset()
    return mark.quote if part == "quote" else mark.roles.get(part, frozenset())


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def by_kind(articles: list[Article], label: str) -> dict[str, float]:
    """F1 of one kind: exact spans, Dice 0.8; of the latter the share with the right speaker; F1 of both together."""
    wanted = got = exact = near = right = 0
    for article in articles:
        gold, found = ([m for m in side if m.kind == label] for side in (article.gold, article.found))
        wanted, got = wanted + len(gold), got + len(found)
        exact += sum(g.quote == f.quote for g, f in assigned(gold, found, lambda g, f: float(g.quote == f.quote)))
        matched = [(g, f) for g, f in assigned(gold, found, lambda g, f: dice(g.quote, f.quote)) if dice(g.quote, f.quote) >= 0.8]
        near += len(matched)
        right += sum(same_speaker(g, f, article.words) for g, f in matched)
    share = lambda n: f1(n / max(1, got), n / max(1, wanted))  # noqa: E731
    return {"exact": share(exact), "dice": share(near), "speaker": right / max(1, near), "end to end": share(right)}


def same_speaker(g: Mark, f: Mark, words: list[str]) -> bool:
    """Both none, or overlapping by half, or one's head word (last capitalised, else the pronoun) stands in the other."""
    a, b = g.roles["speaker"], f.roles["speaker"]
    if not a or not b:
        return not a and not b
    if dice(a, b) >= 0.5:
        return True
    return head(a, words) in low(b, words) or head(b, words) in low(a, words)


def low(ids: Ids, words: list[str]) -> set[str]:
    return {words[i].lower().rstrip("s") for i in ids}


def head(ids: Ids, words: list[str]) -> str:
    ordered = [words[i] for i in sorted(ids)]
    names = [word for word in ordered if word[:1].isupper() and word.lower() not in PRONOUNS and len(word) > 1]
    return names[-1].lower().rstrip("s") if names else ordered[-1].lower()


if __name__ == "__main__":
    main()
