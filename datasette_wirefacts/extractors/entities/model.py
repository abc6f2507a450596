"""Doc -> names by the trained model: weights of eight bits, opened on first use.

model_weights.npy   the matrices, row by row, as int8
model_scales.npy    each row's scale and the vectors, as float16
model.json          the labels as the recogniser counts them, and the sha256 of both files
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette_wirefacts.extractors.entities.reading import Reading, Spotted
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.pipeline.ner import EntityRecognizer
    from spacy.tokens import Doc

LABELS = (
    *("PER", "LOC", "ORG", "OTH", "LOCderiv", "PERderiv", "ORGderiv", "OTHderiv"),
    *("PERpart", "LOCpart", "ORGpart", "OTHpart"),
)
KINDS = {"PER": "person", "LOC": "place", "ORG": "organisation", "OTH": "other", "LOCderiv": "place"}
PIECE = 4_000  # tokens that are read at once
# The labels of other pipelines' recognisers.
THEIR_LABELS = {"PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC", "FAC": "LOC", "ORG": "ORG"}
THEIR_OTHERS = frozenset({"MISC", "OTH", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LOCderiv"})
WEIGHTS, SCALES, DESCRIPTION = "model_weights.npy", "model_scales.npy", "model.json"


def recognise(doc: Doc, reading: Reading, found: Sequence[Spotted], pack: LanguagePack) -> list[tuple[int, int, str]] | None:
    """The names that the model sees, as Doc ranges with labels; None where the pack has no model that can be read."""
    ner = pack.derived(loaded)
    if ner is None or not len(doc):
        return None
    from datasette_wirefacts.extractors.entities.network import see

    see(doc, reading, found)
    return [name for piece, offset in _pieces(doc) for name in _names(ner, piece, offset)]


def _names(ner: EntityRecognizer, doc: Doc, offset: int) -> Iterator[tuple[int, int, str]]:
    for label in LABELS:
        doc.vocab.strings.add(label)
    ner(doc)
    return ((span.start + offset, span.end + offset, span.label_) for span in doc.ents)


def _pieces(doc: Doc) -> Iterator[tuple[Doc, int]]:
    """The Doc itself, or pieces of a long one, because the network's memory grows with the tokens; cut where sentences begin."""
    from datasette_wirefacts.extractors.entities.network import FEATURES

    if len(doc) <= PIECE:
        yield doc, 0
        return
    seen = doc.user_data[FEATURES]
    start = 0
    while start < len(doc):
        end = min(start + PIECE, len(doc))
        cut = next((i for i in range(end, max(start, end - 500), -1) if i < len(doc) and doc[i].is_sent_start), end)
        piece = doc[start:cut].as_doc()
        piece.user_data[FEATURES] = seen[start:cut]
        yield piece, start
        start = cut


def of_pipeline(doc: Doc) -> list[tuple[int, int, str]]:
    """The names that the user's own spaCy pipeline has put into the Doc, with our labels; numbers and dates are left out."""
    named = ((span.start, span.end, span.label_) for span in doc.ents)
    labelled = (
        (start, end, THEIR_LABELS.get(label) or (label if label == "LOCderiv" else "OTH"), label) for start, end, label in named
    )
    return [(start, end, ours) for start, end, ours, label in labelled if label in THEIR_LABELS or label in THEIR_OTHERS]


def loaded(pack: LanguagePack) -> EntityRecognizer | None:
    """The pack's recogniser, or None where it has none or a damaged one; then rules alone find names, and a warning says so."""
    description = pack.file(DESCRIPTION)
    if description is None:
        return None
    try:
        return _load(description.parent)
    except Exception as error:  # a file may be damaged in any way
        logging.getLogger("datasette_wirefacts").warning(
            "The model in %s is damaged (%s): names are found by rules alone. Install datasette-wirefacts again.",
            description.parent,
            error,
        )
        return None


def _load(folder: Path) -> EntityRecognizer:
    import numpy as np

    described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    for name, digest in described["sha256"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise ValueError(f"{name} is not the file that was trained")
    from datasette_wirefacts.extractors.entities.network import empty

    ner = empty(LABELS, {int(move): labels for move, labels in described["actions"].items()})
    weights, scales = np.load(folder / WEIGHTS), np.load(folder / SCALES).astype("float32")
    at = scale_at = 0
    for node, name in _parameters(ner.model):
        shape = node.get_param(name).shape
        size, rows = int(np.prod(shape)), shape[0]
        if len(shape) == 1:
            value = scales[scale_at : scale_at + size]
            scale_at += size
        else:
            value = weights[at : at + size].reshape(rows, -1) * scales[scale_at : scale_at + rows, None]
            at, scale_at = at + size, scale_at + rows
        node.set_param(name, value.reshape(shape).astype("float32"))
    return ner


def save(ner: EntityRecognizer, folder: Path) -> None:
    """Writes the three files of a trained recogniser."""
    import numpy as np

    weights, scales = [], []
    for node, name in _parameters(ner.model):
        value = node.get_param(name)
        if value.ndim == 1:
            scales.append(value.astype("float16"))
            continue
        rows = value.reshape(value.shape[0], -1)
        scale = (np.abs(rows).max(axis=1) / 127 + 1e-8).astype("float16")
        scale = np.maximum(scale, np.float16(1e-7))
        scales.append(scale)
        weights.append(np.clip(np.round(rows / scale[:, None].astype("float32")), -127, 127).astype("int8").ravel())
    np.save(folder / WEIGHTS, np.concatenate(weights))
    np.save(folder / SCALES, np.concatenate(scales))
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (WEIGHTS, SCALES)}
    described = {"actions": ner.label_data, "sha256": digests}
    (folder / DESCRIPTION).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def _parameters(model: Any) -> Iterator[tuple[Any, str]]:
    for node in model.walk():
        for name in sorted(node.param_names):
            if node.has_param(name):
                yield node, name
