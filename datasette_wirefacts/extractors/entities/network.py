"""What is seen of each token -> names: the trained network, in plain numpy.

The weights are those of a recogniser of spaCy's (training/recogniser.py), and the names that it finds are the same; but a word's
part of the first layer is kept, and the tokens outside names are judged all at once. Matrices are multiplied by thinc's ``gemm``,
which keeps to one thread: numpy's takes all cores for 2 % of the work, and twenty times as long where others want them too.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
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
PIECE = 4_000  # tokens that are read at once, because the memory grows with them
KEPT_WORDS = 12_000  # 14 MB
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


class Network:
    """The layers, ready for use."""

    def __init__(self, moves: Sequence[str], parameters: Mapping[str, Floats]) -> None:
        from thinc.backends import NumpyOps

        ops = NumpyOps()
        self._hash, self._gemm = ops.hash, ops.gemm
        self._parameters = parameters
        mixed = _planes(parameters["mix.W"])
        widths = np.cumsum([0, *(width for _, width in COLUMNS)])
        self._tables = [
            self._gemm(parameters[f"table{n}.E"], np.ascontiguousarray(mixed[:, widths[n] : widths[n + 1]]), trans2=True)
            for n in range(len(COLUMNS))
        ]
        self._norms = [self._layer(name) for name in ("mix", *(f"window{n}" for n in range(DEPTH)))]
        self._states = [_planes(weights) for weights in parameters["state.W"]]
        self._padding = [_planes(padding) for padding in parameters["state.pad"][0]]
        self._bias = _planes(parameters["state.b"])
        self._begin = np.array([move[0] == "B" for move in moves])
        self._out = moves.index("O")
        self._outside = np.array([move[0] in "BU" and move != "U-" for move in moves])
        self._never = ~self._outside & (np.arange(len(moves)) != self._out)
        self._moves = list(moves)
        self._goes_on = {move[2:]: n for n, move in enumerate(moves) if move[0] == "I"}
        self._ends = {move[2:]: n for n, move in enumerate(moves) if move[0] == "L"}
        self._lock = Lock()
        self._forget()

    def _layer(self, name: str) -> tuple[Floats, Floats, Floats, Floats]:
        p = self._parameters
        return _planes(p[f"{name}.W"]), _planes(p[f"{name}.b"]), p[f"{name}.G"], p[f"{name}.beta"]

    def _forget(self) -> None:
        self._rows: dict[int, int] = {}
        self._words = np.zeros((KEPT_WORDS, PIECES * self._norms[0][2].size), dtype="float32")

    def names(self, doc: Doc, reading: Reading, found: Sequence[Spotted]) -> list[tuple[int, int, str]]:
        """The names as ranges of the Doc with their labels."""
        starts = sorted({0, *(reading.tokens.doc_index[first] for first, _ in reading.tokens.sentences)})
        last = np.zeros(len(doc), dtype=bool)
        last[[start - 1 for start in starts[1:]]] = last[-1] = True
        blank = np.ones(len(doc), dtype=bool)
        blank[reading.tokens.doc_index] = False
        attrs = attributes(doc)
        by_rule = list(tags(reading, found))
        column = np.zeros(len(doc), dtype="uint64")
        column[[i for i, _ in by_rule]] = [tag for _, tag in by_rule]
        cuts = _cuts(starts, len(doc))
        pieces = []
        for start, end in pairwise(cuts):
            words = [token.text for token in doc[start:end]]
            pieces.append(self._encoded(self._seen(words, attrs[start:end], column[start:end], reading.lexicon)))
        return list(self._decoded(np.concatenate(pieces), last, blank))

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
            rows += self._normal(self._gemm(window, weights, trans2=True), bias, gain, shift)
        reduced = self._gemm(rows[DEPTH:-DEPTH], self._parameters["reduce.W"], trans2=True)
        return reduced + self._parameters["reduce.b"]

    def _decoded(self, tokens: Floats, last: Any, blank: Any) -> Iterator[tuple[int, int, str]]:
        """The best move at each token, from left to right: outside names the words are judged at once, inside one by one."""
        at, begun, before = (self._gemm(tokens, weights, trans2=True) for weights in self._states)
        closed = self._scores(at + (self._padding[1] + self._padding[2] + self._bias))
        closed[:, self._never] = -np.inf
        closed[np.ix_(last, self._begin)] = -np.inf
        closed[np.ix_(blank, self._outside)] = -np.inf
        best = closed.argmax(axis=1)
        free = 0
        for start in np.flatnonzero(best != self._out).tolist():
            if start < free:
                continue
            move = self._moves[best[start]]
            free = start + 1
            if move[0] == "B":
                goes_on, ends = self._goes_on[move[2:]], self._ends[move[2:]]
                while not last[free]:
                    scores = self._scores((at[free] + begun[start] + before[free - 1] + self._bias)[None])
                    if scores[0, ends] > scores[0, goes_on]:
                        break
                    free += 1
                free += 1
            yield start, free, move[2:]

    def _scores(self, states: Floats) -> Floats:
        half = states.shape[1] // 2
        hidden = np.maximum(states[:, :half], states[:, half:])
        return self._gemm(hidden, self._parameters["moves.W"], trans2=True) + self._parameters["moves.b"]


def _planes(weights: Floats) -> Floats:
    """Units of several pieces each -> the first pieces of all units, then the second ones; inputs stay last."""
    turned = np.moveaxis(weights, 1, 0)
    return turned.reshape(-1, *weights.shape[2:])


def _cuts(starts: Sequence[int], length: int) -> list[int]:
    """Where a text is cut into pieces of at most PIECE tokens: before sentences, where there are any."""
    cuts, fit = [0], 0
    for start in [*starts, length]:
        while start - cuts[-1] > PIECE:
            cuts.append(fit if fit > cuts[-1] else cuts[-1] + PIECE)
        fit = start
    return [*cuts, length]
