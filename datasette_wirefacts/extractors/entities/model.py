"""Doc -> names by the trained model: weights of seven bits, opened on first use.

model_weights.npz   the matrices, row by row, in 127 steps, packed
model_scales.npy    each row's scale and the vectors, as float16
model.json          the recogniser's moves, how many networks there are, their parameters' names and shapes, the files' sha256
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datasette_wirefacts.extractors.entities.reading import Reading, Spotted
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from datasette_wirefacts.extractors.entities.decoding import Recogniser

LABELS = (
    *("PER", "LOC", "ORG", "OTH", "LOCderiv", "PERderiv", "ORGderiv", "OTHderiv"),
    *("PERpart", "LOCpart", "ORGpart", "OTHpart"),
)
KINDS = {"PER": "person", "LOC": "place", "ORG": "organisation", "OTH": "other", "LOCderiv": "place"}
# The labels of other pipelines' recognisers.
THEIR_LABELS = {"PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC", "FAC": "LOC", "ORG": "ORG"}
THEIR_OTHERS = frozenset({"MISC", "OTH", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LOCderiv"})
WEIGHTS, SCALES, DESCRIPTION = "model_weights.npz", "model_scales.npy", "model.json"


def recognise(doc: Doc, reading: Reading, found: Sequence[Spotted], pack: LanguagePack) -> list[tuple[int, int, str]] | None:
    """The names that the model sees, as Doc ranges with labels; None where the pack has no model that can be read."""
    recogniser = pack.derived(loaded)
    return recogniser.names(doc, reading, found) if recogniser is not None and len(reading) else None


def of_pipeline(doc: Doc) -> list[tuple[int, int, str]]:
    """The names that the user's own spaCy pipeline has put into the Doc, with our labels; numbers and dates are left out."""
    named = ((span.start, span.end, span.label_) for span in doc.ents)
    labelled = (
        (start, end, THEIR_LABELS.get(label) or (label if label == "LOCderiv" else "OTH"), label) for start, end, label in named
    )
    return [(start, end, ours) for start, end, ours, label in labelled if label in THEIR_LABELS or label in THEIR_OTHERS]


def loaded(pack: LanguagePack) -> Recogniser | None:
    """The pack's trained recogniser; None where it has none or a damaged one, of which a warning then tells."""
    recogniser, damage = pack.derived(_opened)
    if damage:
        logging.getLogger("datasette_wirefacts").warning("%s", damage)
    return recogniser


def damage(pack: LanguagePack) -> str | None:
    """What is wrong with the pack's model and what to do about it, as a sentence; None where it has none, or a sound one."""
    return pack.derived(_opened)[1]


def _opened(pack: LanguagePack) -> tuple[Recogniser | None, str | None]:
    description = pack.file(DESCRIPTION)
    if description is None and not pack.table("entities").get("model"):
        return None, None
    folder = description.parent if description else pack.folders[-1]
    try:
        return _load(folder), None
    except Exception as error:  # a file may be damaged in any way
        return None, (
            f"The trained model in {folder} is damaged ({error}): names were found by rules alone. "
            "Install datasette-wirefacts again."
        )


def _load(folder: Path) -> Recogniser:
    import numpy as np

    from datasette_wirefacts.extractors.entities.decoding import Recogniser
    from datasette_wirefacts.extractors.entities.network import Network

    described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    for name, digest in described["sha256"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise ValueError(f"{name} is not the file that was trained")
    weights, scales = np.load(folder / WEIGHTS)["weights"], np.load(folder / SCALES).astype("float32")
    networks = []
    at = scale_at = 0
    for _ in range(described["networks"]):
        parameters = {}
        for name, shape in described["parameters"].items():
            size, rows = int(np.prod(shape)), int(np.prod(shape[:-1]))
            if len(shape) == 1:
                value = scales[scale_at : scale_at + size]
                scale_at += size
            else:
                value = weights[at : at + size].reshape(rows, -1) * scales[scale_at : scale_at + rows, None]
                at, scale_at = at + size, scale_at + rows
            parameters[name] = value.reshape(shape)
        networks.append(Network(parameters))
    return Recogniser(described["moves"], networks)
