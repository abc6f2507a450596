"""Trains the recogniser of German names that the package ships.

    OMP_NUM_THREADS=1 python training/train_entities.py TRAIN.bioes DEV.tsv datasette_wirefacts/languages/de [--seeds 1 2]

TRAIN and DEV are GermEval 2014 (Benikova, Biemann, Reznicek: NoSta-D Named Entity Annotation for German, LREC 2014; CC BY 4.0).
Each of the two networks takes one core for 25 minutes of an idle machine (7,000 steps), with the versions of spaCy and thinc that
VERSIONS names; the best on the dev file is kept.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from corpus import Name, Sentence, read
from recogniser import moves_of, parameters, recogniser, save, see
from spacy.pipeline.ner import EntityRecognizer
from spacy.training import Example
from spacy.training.batchers import minibatch_by_words
from spacy.util import fix_random_seed
from thinc.api import Adam

from datasette_wirefacts import docs, texts
from datasette_wirefacts.extractors.entities.model import LABELS
from datasette_wirefacts.extractors.entities.reading import Reading, entity_words
from datasette_wirefacts.extractors.entities.spotting import spot
from datasette_wirefacts.languages import load_pack

VERSIONS = {"spacy": "3.8.18", "thinc": "8.3.14"}
AGENCIES = ["dpa", "AFP", "Reuters", "TASS", "APA", "AP", "sda", "epd", "KNA", "Interfax", "Xinhua"]
MONTHS = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
PACK = load_pack("de")
UNTAGGED = 0.08  # of the texts, so that the model does not lean on the rules alone
SURE = frozenset({"first-name", "title", "country", "kind", "inhabitant", "club"})


def main() -> None:
    options = arguments()
    for package, wanted in VERSIONS.items():
        if version(package) != wanted:
            print(f"warning: {package} {version(package)}, the shipped model was trained with {wanted}")
    networks = []
    for seed in options.seeds:
        moves, network = trained(options, seed)
        networks.append(network)
        save(moves, networks, options.target)


def trained(options: argparse.Namespace, seed: int) -> tuple[list[str], dict[str, Any]]:
    """The moves, and the weights that were best on the dev file."""
    fix_random_seed(seed)
    chance = random.Random(seed)
    sentences = [without_money(*sentence) for sentence in read(options.train, "train") if annotated(*sentence)]
    tagged = ((*joined, chance.random() > UNTAGGED) for joined in together(augmented(sentences, chance), chance))
    train = [example(*some) for some in tagged]
    dev = [example(*without_money(*sentence)) for sentence in read(options.dev, "dev")]
    print(f"seed {seed}: {len(sentences)} sentences as {len(train)} texts, {len(dev)} dev sentences", flush=True)
    ner = recogniser(LABELS)
    ner.initialize(lambda: train)
    best, weights = 0.0, parameters(ner)
    optimizer = Adam(options.rate, L2=0.01, grad_clip=1.0, use_averages=True)
    started = time.time()
    for step, batch in enumerate(batches(train, chance), 1):
        ner.update(batch, sgd=optimizer, drop=options.dropout)
        if step % options.every == 0 or step == options.steps:
            optimizer.learn_rate = options.rate * max(0.1, 1 - step / options.steps)
            with ner.model.use_params(optimizer.averages):
                scores = score(ner, dev)
                kept = scores["main"] > best
                if kept:
                    best = scores["main"]
                    weights = {name: value.copy() for name, value in parameters(ner).items()}
            figures = " ".join(f"{name} {100 * value:.1f}" for name, value in scores.items())
            print(f"{step:6} {time.time() - started:5.0f} s  {figures}{'  kept' if kept else ''}", flush=True)
        if step >= options.steps:
            break
    return moves_of(ner), weights


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="one network each; they decide together")
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--every", type=int, default=500)
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--rate", type=float, default=0.001)
    return parser.parse_args()


def annotated(text: str, names: list[Name]) -> bool:
    """False for a sentence that nobody has annotated: it has no name, though the rules are sure of one."""
    if names:
        return True
    reading = Reading(docs.read(texts.Text(text=text, language="de"), PACK), PACK)
    return not any(spotted.rule in SURE for spotted in spot(reading, PACK))


def without_money(text: str, names: list[Name]) -> Sentence:
    """The sentence without the names of currencies, which the corpus calls "other" and the package calls a unit."""
    money = PACK.derived(entity_words).money
    return text, [(b, e, label) for b, e, label in names if text[b:e] not in money]


def augmented(sentences: list[Sentence], chance: random.Random) -> list[Sentence]:
    """The sentences, and some of them again behind a dateline or with their names in capitals."""
    places = [
        text[b:e] for text, names in sentences for b, e, label in names if label == "LOC" and " " not in text[b:e] and e - b > 3
    ]
    pools = name_pools(sentences)
    more: list[Sentence] = []
    for text, names in sentences:
        throw = chance.random()
        if throw < 0.10:
            more.append(behind_dateline(text, names, chance.choice(places), chance))
        elif throw < 0.16 and names:
            more.append((in_capitals(text, names), names))
        elif throw < 0.36 and names:
            more.append(with_others(text, names, pools, chance))
    return sentences + more


def name_pools(sentences: list[Sentence]) -> dict[tuple[str, int, bool], list[str]]:
    """The names of the corpus that may stand for one another: of one label and length, with or without -s."""
    pools: dict[tuple[str, int, bool], list[str]] = {}
    for text, names in sentences:
        for b, e, label in names:
            pools.setdefault(pool(text[b:e], label), []).append(text[b:e])
    return pools


def pool(name: str, label: str) -> tuple[str, int, bool]:
    return label, name.count(" "), name.endswith("s")


def with_others(text: str, names: list[Name], pools: dict[tuple[str, int, bool], list[str]], chance: random.Random) -> Sentence:
    """The sentence with other persons, places and organisations in the same parts."""
    pieces: list[str] = []
    moved: list[Name] = []
    at = length = 0
    for b, e, label in names:
        name = chance.choice(pools[pool(text[b:e], label)]) if label in ("PER", "LOC", "ORG") else text[b:e]
        pieces += [text[at:b], name]
        length += b - at
        moved.append((length, length + len(name), label))
        length, at = length + len(name), e
    return "".join([*pieces, text[at:]]), moved


def behind_dateline(text: str, names: list[Name], place: str, chance: random.Random) -> Sentence:
    city = place.upper() if chance.random() < 0.6 and len(place.upper()) == len(place) else place
    agency = chance.choice(AGENCIES)
    date = f", {chance.randint(1, 31)}. {chance.choice(MONTHS)}" if chance.random() < 0.5 else ""
    head = f"{city}{date} ({agency}) {chance.choice('-–')} "
    at = head.index("(") + 1
    moved = [(b + len(head), e + len(head), label) for b, e, label in names]
    return head + text, [(0, len(city), "LOC"), (at, at + len(agency), "ORG"), *moved]


def in_capitals(text: str, names: list[Name]) -> str:
    for b, e, _ in names:
        upper = text[b:e].upper()
        text = text[:b] + (upper if len(upper) == e - b else text[b:e]) + text[e:]
    return text


def together(sentences: list[Sentence], chance: random.Random) -> Iterator[Sentence]:
    """One to three sentences as one text, in random order: names are found in context, not at the start of a text."""
    chance.shuffle(sentences)
    at = 0
    while at < len(sentences):
        text, names = "", []
        for piece, inside in sentences[at : (at := at + chance.choice((1, 1, 2, 3)))]:
            text += " " if text else ""
            names += [(b + len(text), e + len(text), label) for b, e, label in inside]
            text += piece
        yield text, names


def example(text: str, names: list[Name], tags: bool = True) -> Example:
    """A text as the package reads it, with the names that its tokens allow; with or without the tags of the rules."""
    doc = docs.read(texts.Text(text=text, language="de"), PACK)
    reading = Reading(doc, PACK)
    see(doc, reading, spot(reading, PACK) if tags else [])
    for token in doc:
        token.is_sent_start = token.i == 0
    aligned = [name for name in names if doc.char_span(name[0], name[1]) is not None]
    return Example.from_dict(doc, {"entities": aligned})


def batches(train: list[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Endless batches; they grow from 100 to 800 words."""
    size = 100.0

    def sizes() -> Iterator[int]:
        nonlocal size
        while True:
            size = min(800.0, size * 1.001)
            yield int(size)

    growing = sizes()
    while True:
        chance.shuffle(train)
        yield from minibatch_by_words(train, size=growing, tolerance=0.2, discard_oversize=False)


def score(ner: EntityRecognizer, dev: list[Example]) -> dict[str, float]:
    """F1 over PER, LOC, ORG, OTH and LOCderiv ("main"), over the first four and the first three."""
    groups = {"main": "PER LOC ORG OTH LOCderiv", "four": "PER LOC ORG OTH", "three": "PER LOC ORG", "LOCderiv": "LOCderiv"}
    wanted, found = [], []
    empty = [pair.predicted for pair in dev]
    for doc in empty:
        doc.set_ents([])
    for n, (doc, pair) in enumerate(zip(ner.pipe(empty, batch_size=256), dev, strict=True)):
        wanted += [(n, e.start_char, e.end_char, e.label_) for e in pair.reference.ents]
        found += [(n, e.start_char, e.end_char, e.label_) for e in doc.ents]
    scores = {}
    for name, labels in groups.items():
        gold, got = ({item for item in items if item[3] in labels.split()} for items in (wanted, found))
        scores[name] = float(np.divide(2 * len(gold & got), max(1, len(gold) + len(got))))
    return scores


if __name__ == "__main__":
    main()
