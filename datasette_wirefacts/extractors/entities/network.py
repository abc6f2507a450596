"""The network of the trained model: what it sees of a Doc, and its layers; the same for training and for use.

Imported only where a model is trained or used, because it imports spaCy and thinc.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab
from thinc.api import HashEmbed, Maxout, Model, chain, concatenate, with_array

from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

FEATURES = "wirefacts_features"
WIDTH, DEPTH, HIDDEN = 96, 4, 64
# Rows of the hash table and width for each column: norm, first letter, last three, shape, cluster in four depths, mask,
# probabilities, first three, last four, the rules' tag.
COLUMNS = (
    (5000, 64),
    (500, 16),
    (2500, 64),
    (1500, 32),
    (1000, 64),
    (300, 32),
    (64, 16),
    (24, 16),
    (1000, 64),
    (200, 32),
    (2500, 48),
    (4000, 64),
    (400, 64),
)


def see(doc: Doc, reading: Reading, found: Sequence[Spotted]) -> None:
    """Puts the features of each token, and the tags of what the rules have found, into the Doc."""
    seen = np.zeros((len(doc), len(COLUMNS)), dtype="uint64")
    seen[:, :4] = doc.to_array([NORM, PREFIX, SUFFIX, SHAPE])
    if reading.words:
        describe = reading.lexicon.features
        seen[reading.tokens.doc_index, 4:12] = [describe(word) for word in reading.words]
    for spotted in found:
        for i in range(spotted.first, spotted.last):
            at = "B" if i == spotted.first else "I"
            tag = f"{at}/{spotted.kind}/{spotted.rule}/{spotted.adjective:d}"
            seen[reading.tokens.doc_index[i], 12] = zlib.crc32(tag.encode())
    doc.user_data[FEATURES] = seen


def _forward(model: Any, docs: Sequence[Doc], is_train: bool) -> tuple[list[Any], Any]:
    return [model.ops.asarray(doc.user_data[FEATURES], dtype="uint64") for doc in docs], lambda gradient: []


def embed() -> Model[Any, Any]:
    """Features -> one vector a token."""
    tables: list[Model[Any, Any]] = [HashEmbed(nO=width, nV=rows, column=n, seed=7 + n) for n, (rows, width) in enumerate(COLUMNS)]
    inside = sum(width for _, width in COLUMNS)
    mixed = Maxout(WIDTH, inside, nP=3, dropout=0.0, normalize=True)
    return chain(Model("wirefacts_features", _forward), with_array(chain(concatenate(*tables), mixed)))


def recogniser(labels: Sequence[str]) -> EntityRecognizer:
    """An untrained recogniser of these labels; its sizes are set, its weights are random."""
    architectures = registry.architectures
    tok2vec = architectures.get("spacy.Tok2Vec.v2")(
        embed(), architectures.get("spacy.MaxoutWindowEncoder.v2")(width=WIDTH, window_size=1, maxout_pieces=3, depth=DEPTH)
    )
    parser = architectures.get("spacy.TransitionBasedParser.v2")(
        tok2vec, state_type="ner", extra_state_tokens=False, hidden_width=HIDDEN, maxout_pieces=2, use_upper=True
    )
    ner = EntityRecognizer(Vocab(), parser, name="ner")
    for label in labels:
        ner.add_label(label)
    return ner


def empty(labels: Sequence[str], actions: dict[int, Any]) -> EntityRecognizer:
    """A recogniser that waits for the weights of a trained one with these actions."""
    from spacy.training import Example

    ner = recogniser(labels)
    doc = Doc(ner.vocab, words=["-"])
    doc.user_data[FEATURES] = np.zeros((1, len(COLUMNS)), dtype="uint64")
    ner.initialize(lambda: [Example(doc, doc)], labels=actions)
    return ner
