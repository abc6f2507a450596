"""Words and the rules' tags -> what a recogniser's states are made of: one trained network, in plain numpy.

The weights are those of a recogniser of spaCy's (training/recogniser.py). A word's part of the first layer is kept, because it
costs most. Matrices are multiplied by numpy where that keeps to one thread, else by thinc, which always does but takes three times
as long: numpy's threads take twenty times as long where others want the cores too.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from datasette_wirefacts.extractors.entities.lexicon import Lexicon
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

if TYPE_CHECKING:
    from spacy.tokens import Doc

PIECES = 3  # of a maxout unit
DEPTH = 4  # layers that look at the neighbours, hence also rows of padding
FIRST_SEED = 7  # of the hash of the first column
KEPT_WORDS = 16_000  # 18 MB
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
TAG = len(COLUMNS) - 1
Floats = Any  # numpy's type of an array of floats says no more


def attributes(doc: Doc) -> Any:
    """What spaCy says of each token: the word's hash, then the first four columns."""
    from spacy.attrs import NORM, ORTH, PREFIX, SHAPE, SUFFIX

    return doc.to_array([ORTH, NORM, PREFIX, SUFFIX, SHAPE])


def of_word(word: str, lexicon: Lexicon) -> tuple[int, ...]:
    """The columns that only the lexicon knows; white space is nothing."""
    return (0,) * (TAG - 4) if word.isspace() else lexicon.features(word)


def tags(reading: Reading, found: Iterable[Spotted]) -> Iterator[tuple[int, int]]:
    """The last column: for each token of a name by rule its index in the Doc, and a hash of what the rule says."""
    for spotted in found:
        for i in range(spotted.first, spotted.last):
            at = "B" if i == spotted.first else "I"
            tag = f"{at}/{spotted.kind}/{spotted.rule}/{spotted.adjective:d}"
            yield reading.tokens.doc_index[i], zlib.crc32(tag.encode())


def multiplication() -> Callable[[Floats, Floats], Floats]:
    """``times(a, b)``: the product of a and b turned over."""
    from thinc.backends import NumpyOps

    one_core = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) == 1
    if one_core or "1" in (os.environ.get("OPENBLAS_NUM_THREADS"), os.environ.get("OMP_NUM_THREADS")):
        return lambda a, b: a @ b.T
    multiply = NumpyOps().gemm
    return lambda a, b: multiply(a, b, trans2=True)


class Network:
    """The layers, ready for use."""

    def __init__(self, parameters: Mapping[str, Floats]) -> None:
        from thinc.backends import NumpyOps

        self._hash, self._times = NumpyOps().hash, multiplication()
        self._parameters = parameters
        mixed = _planes(parameters["mix.W"])
        widths = np.cumsum([0, *(width for _, width in COLUMNS)])
        self._tables = [
            self._times(parameters[f"table{n}.E"], np.ascontiguousarray(mixed[:, widths[n] : widths[n + 1]]))
            for n in range(len(COLUMNS))
        ]
        self._norms = [self._layer(name) for name in ("mix", *(f"window{n}" for n in range(DEPTH)))]
        self._states = [_planes(weights) for weights in parameters["state.W"]]
        self._padding = [_planes(padding) for padding in parameters["state.pad"][0]]
        self._bias = _planes(parameters["state.b"])
        self._lock = Lock()
        self._forget()

    def _layer(self, name: str) -> tuple[Floats, Floats, Floats, Floats]:
        p = self._parameters
        return _planes(p[f"{name}.W"]), _planes(p[f"{name}.b"]), p[f"{name}.G"], p[f"{name}.beta"]

    def _forget(self) -> None:
        self._rows: dict[int, int] = {}
        self._words = np.zeros((KEPT_WORDS, PIECES * self._norms[0][2].size), dtype="float32")

    def states(self, words: Sequence[str], attrs: Any, column: Any, lexicon: Lexicon) -> list[Floats]:
        """What each token adds to a state that stands at it, whose name began with it, and that stands behind it."""
        tokens = self._encoded(self._seen(words, attrs, column, lexicon))
        return [self._times(tokens, weights) for weights in self._states]

    def outside(self, at: Floats) -> Floats:
        """The scores of all moves at tokens that are in no name."""
        return self._scores(at + (self._padding[1] + self._padding[2] + self._bias))

    def inside(self, at: Floats, begun: Floats, before: Floats) -> Floats:
        """The scores of all moves at one token in a name."""
        return self._scores((at + begun + before + self._bias)[None])[0]

    def _seen(self, words: Sequence[str], attrs: Any, column: Any, lexicon: Lexicon) -> Floats:
        """The first layer's output; the sums are made in one order, whatever was read before."""
        keys = (attrs[:, 0] * np.uint64(31) + attrs[:, 1]).tolist()
        with self._lock:
            rows = self._known(keys, words, attrs, lexicon)
            inside = self._words[rows]
        told, which = np.unique(column, return_inverse=True)
        inside += self._looked_up(TAG, told)[which]
        return self._normal(inside, *self._norms[0][1:])

    def _known(self, keys: list[int], words: Sequence[str], attrs: Any, lexicon: Lexicon) -> list[int]:
        """The rows of the words; those that are new are looked at."""
        new = {key: i for i, key in enumerate(keys) if key not in self._rows}
        if len(self._rows) + len(new) > KEPT_WORDS:
            self._forget()
            new = {key: i for i, key in enumerate(keys)}
        if new:
            at = list(new.values())
            columns = np.array([of_word(words[i], lexicon) for i in at], dtype="uint64")
            row = len(self._rows)
            inside = self._words[row : row + len(at)]
            for n in range(TAG):
                inside += self._looked_up(n, attrs[at, n + 1] if n < 4 else columns[:, n - 4])
            self._rows.update((key, row + n) for n, key in enumerate(new))
        return [self._rows[key] for key in keys]

    def _looked_up(self, n: int, ids: Any) -> Floats:
        """A column's part of the first layer: four rows of its table, by four hashes."""
        rows = self._hash(np.ascontiguousarray(ids, dtype="uint64"), FIRST_SEED + n) % COLUMNS[n][0]
        table = self._tables[n]
        return table[rows[:, 0]] + table[rows[:, 1]] + table[rows[:, 2]] + table[rows[:, 3]]

    def _normal(self, inside: Floats, bias: Floats, gain: Floats, shift: Floats) -> Floats:
        """The best of three pieces of each unit, normalised."""
        inside += bias
        width = gain.size
        best = np.maximum(inside[:, :width], inside[:, width : 2 * width])
        np.maximum(best, inside[:, 2 * width :], out=best)
        best -= best.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", best, best) / width + 1e-8
        best *= (1 / np.sqrt(spread))[:, None]
        best *= gain
        best += shift
        return best

    def _encoded(self, vectors: Floats) -> Floats:
        """Each token with its neighbours, four times; then what states are made of."""
        width = vectors.shape[1]
        rows = np.zeros((len(vectors) + 2 * DEPTH, width), dtype="float32")
        rows[DEPTH:-DEPTH] = vectors
        window = np.zeros((len(rows), 3 * width), dtype="float32")
        for weights, bias, gain, shift in self._norms[1:]:
            window[1:, :width] = rows[:-1]
            window[:, width : 2 * width] = rows
            window[:-1, 2 * width :] = rows[1:]
            rows += self._normal(self._times(window, weights), bias, gain, shift)
        return self._times(rows[DEPTH:-DEPTH], self._parameters["reduce.W"]) + self._parameters["reduce.b"]

    def _scores(self, states: Floats) -> Floats:
        half = states.shape[1] // 2
        hidden = np.maximum(states[:, :half], states[:, half:])
        return self._times(hidden, self._parameters["moves.W"]) + self._parameters["moves.b"]


def _planes(weights: Floats) -> Floats:
    """Units of several pieces each -> the first pieces of all units, then the second ones; inputs stay last."""
    turned = np.moveaxis(weights, 1, 0)
    return turned.reshape(-1, *weights.shape[2:])
