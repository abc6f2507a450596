"""GermEval 2014 files -> texts with the spans of their names.

The train file holds a token and a BIOES tag a line, the dev file a number, a token and two levels of IOB tags. Both are
tokenised; ``written`` undoes that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

SHA256 = {
    "train": "a1ea33c23619aacf98468557786572cf9a1982c59e3c718584235ce0e70abfee",
    "dev": "d69d1347847e3ac0d1bfd14d7e5c0713dcb82899624301ced6df807dbb070056",
}
CLOSING = frozenset([",", ".", ";", ":", "!", "?", ")", "]", "}", "%", "…", "“", "’s", "''"])
OPENING = frozenset(["(", "[", "{", "„", "``", "‚"])

Name = tuple[int, int, str]
Sentence = tuple[str, list[Name]]


def read(path: Path, split: str) -> list[Sentence]:
    """The sentences of a file. Raises SystemExit where the file is another than the one that the model was made of."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[split]:
        raise SystemExit(f"{path} is not the {split} file of GermEval 2014 that this script knows: sha256 {found}")
    return [sentence(tokens, tags) for tokens, tags in _blocks(content.decode("utf-8"))]


def sentence(tokens: list[str], tags: list[str]) -> Sentence:
    """The text of tokens and the spans of their tags."""
    text, places = written(tokens)
    return text, [(places[first][0], places[last - 1][1], label) for first, last, label in spans(tags)]


def _blocks(content: str) -> Iterator[tuple[list[str], list[str]]]:
    for block in content.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith("#\t")]
        cells = [line.split("\t")[1:3] if "\t" in line else line.rsplit(" ", 1) for line in lines]
        if cells:
            yield [token for token, _ in cells], [tag for _, tag in cells]


def spans(tags: list[str]) -> Iterator[tuple[int, int, str]]:
    """Ranges of tokens with one name each; IOB and BIOES alike."""
    first = 0
    for i, tag in enumerate([*tags, "O"]):
        inside = tag[:1] in "IE" and i > 0 and tags[i - 1] != "O"
        if not inside:
            if first < i and tags[first] != "O":
                yield first, i, normal(tags[first].partition("-")[2])
            first = i


def normal(label: str) -> str:
    """The label as both files spell it.

    >>> normal("LOCDERIV")
    'LOCderiv'
    """
    return label[:3] + label[3:].lower()


def written(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The tokens as running text, and where each stands in it."""
    text, places = "", []
    open_marks = {'"': False, "'": False}
    glued = True
    for token in tokens:
        space, glued = not glued, False
        if token in CLOSING and not (token == "“" and "„" not in text[-300:]):
            space = False
        elif token in open_marks:
            space, glued = space and not open_marks[token], not open_marks[token]
            open_marks[token] = not open_marks[token]
        glued = glued or token in OPENING or (token == "“" and "„" not in text[-300:])
        text += " " if space and text else ""
        places.append((len(text), len(text) + len(token)))
        text += token
    return text, places
