"""Text -> the words of its body as numbers, and what is made of them to find twins: a digest, a MinHash sketch, a place in time.

The dateline, credits, navigation and repeated passages are no part of the body: they change on the way through the agencies.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any

from datasette_wirefacts.dates import time_of_day
from datasette_wirefacts.facts import Facts, Span
from datasette_wirefacts.rows import DocumentRows, Row
from datasette_wirefacts.sources import Article, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
PLAIN, NAME, NUMBER = 0, 1, 2  # the two low bits of a word: what a template changes are names and numbers
LONGEST = 5000  # words that are compared one by one; of longer texts the digest is of all words
SHORTEST_COPY = 5  # words; a note that something follows is no copy of another one
SHORTEST_NEAR = 30  # words; shorter texts are only compared as a whole
SHINGLE = 7  # words; long enough to tell two filled forms apart, which agree in stretches between two values
SLOTS = 64  # of a sketch; two bytes each
SEED = 1
UNDATED = "9999-99-99"  # sorts behind every date


def body_of(text: str, facts: Facts) -> str:
    """The text without what frames it."""
    frame = [*facts.silent, *([(facts.dateline.start, facts.dateline.end)] if facts.dateline else [])]
    body = "\n".join(text[start:end] for start, end in _between(sorted(frame), len(text)))
    return unicodedata.normalize("NFC", body.replace("\xad", ""))


def _between(spans: Iterable[Span], end: int) -> Iterator[Span]:
    at = 0
    for start, stop in spans:
        if start > at:
            yield at, start
        at = max(at, stop)
    yield at, end


def words_of(body: str) -> NDArray[np.uint32]:
    """The words as numbers: equal ones for equal words, whatever their capitals.

    >>> first, second = words_of("Am Montag kamen 12 Gäste."), words_of("am montag kamen 14 gäste")
    >>> (first >> 2 == second >> 2).tolist(), (first & 3).tolist()
    ([True, True, True, False, True], [1, 1, 0, 2, 1])
    """
    import numpy as np

    words = []
    for match in islice(WORD.finditer(body), LONGEST):
        word = match[0]
        kind = NUMBER if word[0].isdigit() else NAME if word[0].isupper() else PLAIN
        words.append(zlib.crc32(word.casefold().encode("utf-8")) & ~3 | kind)
    return np.array(words, dtype="<u4")


def shingles(words: NDArray[np.uint32], size: int) -> NDArray[np.uint64]:
    """A number for each stretch of so many words."""
    import numpy as np

    count = max(len(words) - size + 1, 0)
    mixed = np.zeros(count, dtype=np.uint64)
    values = (words >> 2).astype(np.uint64)
    for i in range(size):
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + values[i : i + count]
        mixed ^= mixed >> np.uint64(29)
    return mixed


def sketch_of(words: NDArray[np.uint32]) -> bytes | None:
    """The MinHash of the words' shingles, two bytes a slot; None where the text is too short for it."""
    if len(words) < SHORTEST_NEAR:
        return None
    import numpy as np
    import rensa

    sketch = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        shingles(words, SHINGLE), [0, len(words) - SHINGLE + 1], SLOTS, SEED
    )
    return np.array(sketch.to_rows()[0], dtype=np.uint32).astype("<u2").tobytes()


@cache
def sketcher() -> str:
    """What makes the sketches: those of another version cannot be compared with them."""
    import rensa

    return f"rensa R-MinHash {rensa.RMinHash.ALGORITHM_VERSION}"


def signature(text: str, facts: Facts, article: Article, source: Source, rows: DocumentRows) -> Row | None:
    """The row of wirefacts_signatures for a document, and its words; None where there is hardly a body."""
    body = body_of(text, facts)
    words = words_of(body)
    if len(words) < SHORTEST_COPY:
        return None
    return {
        "position": position(article, source, rows.document["published"]),
        "body": _digest(" ".join(WORD.findall(body.casefold()))),
        "sketch": sketch_of(words),
        "sketched_by": sketcher(),
        "facts": _digest(repr((rows.entities, rows.facts))),
        "thinned": None,
        "words": words.tobytes(),
    }


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", errors="replace"), digest_size=16).digest()


def position(article: Article, source: Source, published: str | None) -> str:
    """A text that sorts documents by the time of their publication, the undated ones last, and equal ones by their keys."""
    moment = f"{published} {time_of_day(article.published)}" if published else UNDATED
    return "\t".join([moment, source.table, source.text, *map(_sortable, json.loads(article.pk))])


def _sortable(key: Any) -> str:
    """
    >>> sorted([10, "a", 9, -3], key=_sortable)
    [-3, 9, 10, 'a']
    """
    if isinstance(key, int):
        return f"0{key + 2**63:020}"
    return f"1{key}" if isinstance(key, str) else f"2{key}"
