"""The network in numpy finds what spaCy's recogniser finds with the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc
from spacy.training import Example

from datasette_wirefacts.docs import read
from datasette_wirefacts.extractors.entities.decoding import Recogniser
from datasette_wirefacts.extractors.entities.model import LABELS
from datasette_wirefacts.extractors.entities.network import KEPT_WORDS, Network, attributes
from datasette_wirefacts.extractors.entities.reading import Reading
from datasette_wirefacts.extractors.entities.spotting import spot
from datasette_wirefacts.languages import load_pack
from datasette_wirefacts.texts import Text

TRAINING = Path(__file__).parent.parent / "training"
TEXTS = (
    "Die Hafenmeisterin Ina Vosskamp kam nach Quarx. Dort sprach sie, wie der Sender Nordwelle sagt, mit Jan Ohlsen.\n\n"
    "MÖLLWITZ, 3. April (KNA) – Der Möllwitzer Rat tagt.",
    "Ja.",
    " \n\n Quarx \n",
    "Am 3. Mai verkaufte die Kalchgruber Frachten GmbH ihr Lager in Wien an Ohlsen und Vosskamp, " * 30,
)


def as_read(text: str) -> tuple[Doc, Reading]:
    pack = load_pack("de")
    doc = read(Text(text=text, language="de"), pack)
    return doc, Reading(doc, pack)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_names_are_those_of_spacy(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TRAINING))
    from recogniser import moves_of, parameters, recogniser, see

    ner = recogniser(LABELS)
    docs = [as_read(text) for text in TEXTS]
    for doc, reading in docs:
        see(doc, reading, spot(reading, load_pack("de")))
    ner.initialize(lambda: [Example(docs[0][0], spacy.blank("de")(TEXTS[0]))])
    chance = np.random.default_rng(seed)
    for node in ner.model.walk():
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, chance.normal(0, 0.3, node.get_param(name).shape).astype("float32"))
    ours = Recogniser(moves_of(ner), [Network(parameters(ner))])
    for doc, reading in docs:
        for label in LABELS:
            doc.vocab.strings.add(label)
        found = ours.names(doc, reading, spot(reading, load_pack("de")))
        ner(doc)
        assert found == [(span.start, span.end, span.label_) for span in doc.ents]
        assert found or len(doc) < 5


def test_what_was_read_before_changes_nothing() -> None:
    from datasette_wirefacts.extractors.entities.model import loaded

    recogniser = loaded(load_pack("de"))
    assert recogniser is not None
    network = recogniser.networks[0]
    doc, reading = as_read(TEXTS[0])

    def first_layer() -> Any:
        return network._seen([token.text for token in doc], attributes(doc), np.zeros(len(doc), dtype="uint64"), reading.lexicon)

    vectors, names = first_layer(), recogniser.names(doc, reading, [])
    recogniser.names(*as_read(" ".join(f"Wort{n}" for n in range(KEPT_WORDS + 10))), [])
    assert (first_layer() == vectors).all()
    assert recogniser.names(doc, reading, []) == names
