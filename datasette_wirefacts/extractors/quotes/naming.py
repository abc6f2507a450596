"""The name in a noun phrase: its surface, the source beside a noun of statement, names before an apposition."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.cast import Named, NamedAt, OtherAt, Person
from datasette_wirefacts.extractors.quotes.offices import NounTable
from datasette_wirefacts.extractors.quotes.reading import Reading


def name_before_comma(reading: Reading, first: int, last: int) -> str | None:
    """The name before an apposition: ``Fu Wenrui, Vice President``."""
    comma = next((i for i in range(first, last) if reading.text.words[i] == ","), None)
    if comma is None or comma - first > 3 or not is_proper(reading, first, comma):
        return None
    return surface(reading, first, comma)


def surface(reading: Reading, first: int, last: int) -> str:
    """The words of the phrase as they stand in the text, or the name in quotation marks that ends it."""
    starts, ends = reading.tokens.starts, reading.tokens.ends
    words = reading.tokens.words
    pieces = []
    for i in range(first, last):
        glue = " " if i > first and starts[i] > ends[i - 1] else ""
        pieces.append(glue + words[i])
    return _in_marks(reading, first, last) or "".join(pieces).strip(", ")


def _in_marks(reading: Reading, first: int, last: int) -> str | None:
    """The name in quotation marks that ends the phrase: ``die Zeitung „Abendbote“``."""
    words, marks = reading.tokens.words, reading.marks
    if last - first < 3 or words[last - 1] not in marks.all:
        return None
    opening = next((i for i in range(last - 2, first - 1, -1) if words[i] in marks.all), None)
    return surface(reading, opening + 1, last - 1) if opening is not None and opening + 1 < last - 1 else None


def named_other(reading: Reading, nouns: NounTable, others: list[OtherAt], first: int, last: int) -> OtherAt | None:
    """The thing with a name that the phrase names, with a bracket behind it (``Wetterdienst (DWD)``) or its kind before it."""
    at = bisect_left(others, (first,))
    kind = reading.text.norms[first]
    if kind in nouns.heads["organisation"] or kind.endswith(nouns.endings["organisation"]):
        apposed = next((o for o in others[at : at + 1] if o[0] == first + 1 and o[1] == last and o[2] == "organisation"), None)
        if apposed is not None:
            return apposed
    for other in others[at : at + 3]:
        bracket = other[1] < last and reading.text.words[other[1]] == "(" and reading.text.words[last - 1] == ")"
        if other[0] == first and (other[1] == last or bracket):
            return other
    return None


def carried_source(reading: Reading, nouns: NounTable, first: int, last: int) -> tuple[int, int, bool]:
    """The source beside a noun of statement: ``Angaben der Polizei`` -> ``Polizei``, ``Putins Worten`` -> ``Putins``."""
    text = reading.text
    if not is_carrier(reading, first, last):
        return first, last, False
    noun = next(i for i in range(first, last) if text.kinds[i] & w.NOUN)
    if reading.text.norms[noun] in nouns.works and text.kinds[first] & w.DET:
        return first, last, False
    carrier = next((i for i in range(noun, last) if has_carrier(reading, i)), noun)
    if carrier > noun:
        return noun, carrier, True
    for i in range(noun + 1, last):
        if text.kinds[i] & (w.DET | w.PREP) and i + 1 < last:
            return i + 1, last, True
        if text.kinds[i] & w.NOUN:
            return i, last, True
    return first, last, False


def is_proper(reading: Reading, first: int, last: int) -> bool:
    """Whether all words are capitalised and no article stands before them."""
    return (
        first < last
        and all(reading.text.kinds[i] & w.NOUN for i in range(first, last))
        and (first == 0 or not reading.text.kinds[first - 1] & w.DET)
    )


def verb_is_plural(reading: Reading, at: int) -> bool:
    """Whether the verb beside the pronoun is plural."""
    text = reading.text
    for i in (at + 1, at - 1):
        if 0 <= i < len(text.words) and text.kinds[i] & w.FINITE:
            return text.norms[i].endswith("n")
    return False


def is_carrier(reading: Reading, first: int, last: int) -> bool:
    """Whether the phrase's nouns name a statement: ``Angaben der Polizei``, ``seinen Worten``."""
    i = next((i for i in range(first, last) if reading.text.kinds[i] & w.NOUN), last)
    while i < last and reading.text.kinds[i] & w.NOUN:  # "Putins Worten"
        if has_carrier(reading, i):
            return True
        i += 1
    return False


def has_carrier(reading: Reading, i: int) -> bool:
    """Whether token ``i`` is a noun of statement or a compound of one: ``Angaben``, ``Behördenangaben``."""
    norm = reading.text.norms[i]
    return norm in reading.words.carriers or norm.endswith(reading.words.carrier_endings)


def pronoun_fits(named: Named, gender: str | None) -> bool:
    """Whether a pronoun of that gender can stand for who spoke before."""
    if named.person is not None:
        return gender is None or named.person.gender in (None, gender)
    if named.kind == "group":
        return False
    return named.gender == gender if named.gender is not None else named.kind == "person"


def several(reading: Reading, mentions: list[NamedAt], first: int, last: int) -> Named | None:
    """Two persons joined by a conjunction speak together."""
    at = bisect_left(mentions, (first,))
    inside = [(b, e) for b, e, _ in mentions[at : at + 4] if e <= last]
    if len(inside) < 2 or not all(
        reading.text.kinds[i] & w.CONJ or reading.text.words[i] == ","
        for (_, end), (begin, _) in pairwise(inside)
        for i in range(end, begin)
    ):
        return None
    if any(begin <= end for (_, end), (begin, _) in pairwise(inside)):
        return None
    if not any(reading.text.kinds[end] & w.CONJ for _, end in inside[:-1]):
        return None  # "der Präsident Israels, Yona Metzger": an apposition
    return Named(surface(reading, inside[0][0], inside[-1][1]), "group", None, "name")


def person_in(reading: Reading, mentions: list[NamedAt], heads: dict[int, int], first: int, last: int) -> Person | None:
    """The person that the phrase names; not one that only its attribute names (``der Sprecher von X``)."""
    kinds = reading.text.kinds
    i = bisect_left(mentions, (first,))
    best: tuple[int, Person] | None = None
    while i < len(mentions) and mentions[i][0] < last:
        b, e, person = mentions[i]
        b = max(first, heads.get(b, b))
        before = kinds[b - 1] if b > first else 0
        owned = b > first and (before & w.PREP or (before & w.DET and before & w.GENITIVE and b - 1 > first))
        if not owned and (best is None or e - mentions[i][0] > best[0]):
            best = e - mentions[i][0], person
        i += 1
    return best[1] if best is not None else None


def role_before(reading: Reading, nouns: NounTable, mentions: list[NamedAt], first: int, last: int) -> str | None:
    """What stands before the name in its phrase: ``Pächter Jost Rieken``, ``die Kämmerin von X, Dr. Silke Marquardt``."""
    text = reading.text
    i = bisect_left(mentions, (first,))
    name = mentions[i][0] if i < len(mentions) and mentions[i][0] < last else None
    if name is None or mentions[i][1] != last:
        return None
    begin = next((n for n in range(first, name) if text.kinds[n] & w.NOUN), name)
    end = name
    while end > begin and (text.norms[end - 1] in nouns.titles or text.words[end - 1] == ","):
        end -= 1
    plain = begin < end and not text.kinds[begin] & w.FINITE and text.norms[begin] not in reading.words.time
    return surface(reading, begin, end) if plain else None
