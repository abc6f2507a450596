"""The recogniser that is trained: spaCy's, on the columns that the package's network sees; and the files that are made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.ml.models.parser import build_tb_parser_model
from spacy.ml.models.tok2vec import MaxoutWindowEncoder, build_Tok2Vec_model
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import HashEmbed, Maxout, Model, chain, concatenate, with_array

from datasette_wirefacts.extractors.entities.model import DESCRIPTION, SCALES, WEIGHTS
from datasette_wirefacts.extractors.entities.network import COLUMNS, DEPTH, FIRST_SEED, PIECES, TAG, attributes, of_word, tags
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

FEATURES = "wirefacts_features"
WIDTH, HIDDEN = 96, 64
STEPS = 63  # of a weight on either side of nought
HIDDEN_COLUMNS = 0.12  # of what is seen in training is hidden, so that a new word is read by its cluster, its ends, its neighbours
# The package's names of the parameters, in the order in which spaCy's recogniser holds its layers.
STATES = ("state.W", "state.b", "state.pad", "moves.W", "moves.b", "reduce.W", "reduce.b")
TABLES = tuple(f"table{n}.E" for n in range(len(COLUMNS)))
LAYERS = tuple(f"{layer}.{name}" for layer in ("mix", *(f"window{n}" for n in range(DEPTH))) for name in ("W", "b", "G", "beta"))


def see(doc: Doc, reading: Reading, found: Sequence[Spotted]) -> None:
    """Puts the columns of each token into the Doc."""
    seen = np.zeros((len(doc), len(COLUMNS)), dtype="uint64")
    seen[:, :4] = attributes(doc)[:, 1:]
    seen[:, 4:TAG] = [of_word(token.text, reading.lexicon) for token in doc]
    for i, tag in tags(reading, found):
        seen[i, TAG] = tag
    doc.user_data[FEATURES] = seen


def _forward(model: Any, docs: Sequence[Doc], is_train: bool) -> tuple[list[Any], Any]:
    seen = [doc.user_data[FEATURES] for doc in docs]
    if is_train:
        seen = [np.where(np.random.random(columns.shape) < HIDDEN_COLUMNS, np.uint64(0), columns) for columns in seen]
    return seen, lambda gradient: []


def embed() -> Model[Any, Any]:
    """Columns -> one vector a token."""
    tables: list[Model[Any, Any]] = [
        HashEmbed(nO=width, nV=rows, column=n, seed=FIRST_SEED + n) for n, (rows, width) in enumerate(COLUMNS)
    ]
    inside = sum(width for _, width in COLUMNS)
    mixed = Maxout(WIDTH, inside, nP=PIECES, dropout=0.0, normalize=True)
    return chain(Model("wirefacts_features", _forward), with_array(chain(concatenate(*tables), mixed)))


def recogniser(labels: Sequence[str]) -> EntityRecognizer:
    """An untrained recogniser of these labels; its sizes are set, its weights are random."""
    encoder = MaxoutWindowEncoder(width=WIDTH, window_size=1, maxout_pieces=PIECES, depth=DEPTH)
    parser = build_tb_parser_model(
        build_Tok2Vec_model(embed(), encoder),
        state_type="ner",
        extra_state_tokens=False,
        hidden_width=HIDDEN,
        maxout_pieces=2,
        use_upper=True,
    )
    ner = EntityRecognizer(Vocab(), parser, name="ner")
    for label in labels:
        ner.add_label(label)
    return ner


def save(moves: Sequence[str], networks: Sequence[dict[str, Any]], folder: Path) -> None:
    """Writes the package's three files of trained networks with the same moves."""
    weights, scales = [], []
    for value in (value for network in networks for value in network.values()):
        if value.ndim == 1:
            scales.append(value.astype("float16"))
            continue
        rows = value.reshape(-1, value.shape[-1])
        scale = (np.abs(rows).max(axis=1) / STEPS + 1e-8).astype("float16")
        scale = np.maximum(scale, np.float16(1e-7))
        scales.append(scale)
        weights.append(np.clip(np.round(rows / scale[:, None].astype("float32")), -STEPS, STEPS).astype("int8").ravel())
    np.savez_compressed(folder / WEIGHTS, weights=np.concatenate(weights))
    np.save(folder / SCALES, np.concatenate(scales))
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (WEIGHTS, SCALES)}
    shapes = {name: value.shape for name, value in networks[0].items()}
    described = {"moves": list(moves), "networks": len(networks), "parameters": shapes, "sha256": digests}
    (folder / DESCRIPTION).write_text(json.dumps(described) + "\n", encoding="utf-8")


def moves_of(ner: EntityRecognizer) -> list[str]:
    """The moves in the order of their scores."""
    return [ner.moves.get_class_name(n) for n in range(ner.moves.n_moves)]


def parameters(ner: EntityRecognizer) -> dict[str, Any]:
    """The weights by the names that the package's network gives them."""
    return dict(zip((*STATES, *TABLES, *LAYERS), _values(ner.model), strict=True))


def _values(model: Any) -> Iterator[Any]:
    for node in model.walk():
        for name in sorted(node.param_names):
            if node.has_param(name):
                yield node.get_param(name)
