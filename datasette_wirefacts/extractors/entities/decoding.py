"""What the networks think of each token -> names: two networks of one build, trained apart, decide together.

The moves and the order of the decisions are those of spaCy's recogniser; but a name never reaches over the end of a sentence, so
that the tokens outside names can be judged all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from datasette_wirefacts.extractors.entities.network import Floats, Network, attributes, tags
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

if TYPE_CHECKING:
    from spacy.tokens import Doc

PIECE = 4_000  # tokens that are read at once, because the memory grows with them


class Recogniser:
    """The moves of a recogniser, and the networks that vote on them."""

    def __init__(self, moves: Sequence[str], networks: Sequence[Network]) -> None:
        self.networks = tuple(networks)
        self._moves = list(moves)
        self._out = moves.index("O")
        self._begin = np.array([move[0] == "B" for move in moves])
        self._outside = np.array([move[0] in "BU" and move != "U-" for move in moves])
        self._never = ~self._outside & (np.arange(len(moves)) != self._out)
        self._goes_on = {move[2:]: n for n, move in enumerate(moves) if move[0] == "I"}
        self._ends = {move[2:]: n for n, move in enumerate(moves) if move[0] == "L"}

    def names(self, doc: Doc, reading: Reading, found: Sequence[Spotted]) -> list[tuple[int, int, str]]:
        """The names as ranges of the Doc with their labels."""
        starts = sorted({0, *(reading.tokens.doc_index[first] for first, _ in reading.tokens.sentences)})
        last, blank = np.zeros(len(doc), dtype=bool), np.ones(len(doc), dtype=bool)
        last[[start - 1 for start in starts[1:]]] = last[-1] = True
        blank[reading.tokens.doc_index] = False
        attrs, words = attributes(doc), [" "] * len(doc)  # what is left out of the reading is white space
        for i, word in zip(reading.tokens.doc_index, reading.words, strict=True):
            words[i] = word
        column = np.zeros(len(doc), dtype="uint64")
        for i, tag in tags(reading, found):
            column[i] = tag
        pieces = [slice(*ends) for ends in pairwise(_cuts(starts, len(doc)))]
        states = []
        for network in self.networks:
            parts = [network.states(words[p], attrs[p], column[p], reading.lexicon) for p in pieces]
            states.append([np.concatenate(part) for part in zip(*parts, strict=True)])
        return list(self._decoded(states, last, blank))

    def _decoded(self, states: Sequence[Sequence[Floats]], last: Any, blank: Any) -> Iterator[tuple[int, int, str]]:
        """The best move at each token, from left to right: outside names the words are judged at once, inside one by one."""
        voices = list(zip(self.networks, states, strict=True))
        closed = np.add.reduce([self._likely(network.outside(at)) for network, (at, _, _) in voices])
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
                    scores = np.add.reduce(
                        [n.inside(at[free], begun[start], before[free - 1]) for n, (at, begun, before) in voices]
                    )
                    if scores[ends] > scores[goes_on]:
                        break
                    free += 1
                free += 1
            yield start, free, move[2:]

    def _likely(self, scores: Floats) -> Floats:
        """The logarithms of how likely each move is, of those that there are outside a name."""
        scores[:, self._never] = -np.inf
        scores -= scores.max(axis=1, keepdims=True)
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def _cuts(starts: Sequence[int], length: int) -> list[int]:
    """Where a text is cut into pieces of at most PIECE tokens: before sentences, where there are any."""
    cuts, fit = [0], 0
    for start in [*starts, length]:
        while start - cuts[-1] > PIECE:
            cuts.append(fit if fit > cuts[-1] else cuts[-1] + PIECE)
        fit = start
    return [*cuts, length]
