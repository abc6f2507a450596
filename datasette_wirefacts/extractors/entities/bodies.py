"""Reading -> organisations and works that a common noun names: "Amt für Statistik", "Leipziger Museum", "der Film „Morgen“"."""

from __future__ import annotations

from datasette_wirefacts.extractors.entities.lexicon import (
    ACRONYM,
    CITY,
    CITY_ADJECTIVE,
    COMMON,
    KNOWN,
    LAST,
    LIKE_LAST,
    LIKE_PLACE,
    NAME,
    NOUN,
)
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

LONGEST = 8  # tokens of such a name
QUOTES = {"„": '“”"', "“": '”“"', '"': '"', "»": "«", "«": "»", "‚": "‘", "‘": "’"}


def body_at(reading: Reading, i: int) -> Spotted | None:
    """The body whose name begins at token i."""
    quoted = _quoted(reading, i)
    if quoted is not None or reading.words[i] in reading.table.always:
        return quoted
    return _for(reading, i) or _of_members(reading, i) or _with_name(reading, i) or _after_adjective(reading, i)


def proper(reading: Reading, i: int) -> bool:
    """True for a capitalised word that is rather a name than a noun."""
    word, mask = reading.words[i], reading.masks[i]
    if not word[0].isupper() or word in reading.table.always:
        return False
    return bool(mask & NAME and not mask & COMMON) or not mask & (KNOWN | NOUN)


def _is_body(reading: Reading, i: int) -> bool:
    return reading.words[i][0].isupper() and reading.tokens.norms[i].endswith(reading.table.bodies)


def _for(reading: Reading, i: int) -> Spotted | None:
    """A body and what it is for: "Bundesamt für Statistik", "Institut für Luft und Wasser"."""
    n = len(reading)
    if i + 2 >= n or reading.words[i + 1] not in reading.table.body_ties or not reading.words[i][0].isupper():
        return None
    if not reading.tokens.norms[i].endswith(reading.table.for_bodies):
        return None
    j = i + 2
    while j < min(n, i + LONGEST) and reading.joined(j) and not reading.words[j][0].isupper() and reading.words[j].isalpha():
        if not reading.tokens.norms[j].endswith(reading.table.adjective_endings):
            return None
        j += 1
    if j >= n or not reading.joined(j) or not reading.words[j][0].isupper() or reading.masks[j] & ACRONYM:
        return None
    j += 1
    while j + 1 < min(n, i + LONGEST) and reading.words[j] in reading.table.joining and reading.words[j + 1][0].isupper():
        j += 2
    return Spotted(first=i, last=j, kind="organisation", rule="body-for")


def _with_name(reading: Reading, i: int) -> Spotted | None:
    """A body and its place or name: "Stadtwerke Kaltenrode", "Universität Wien"."""
    if i + 1 >= len(reading) or not reading.joined(i + 1):
        return None
    if reading.words[i] not in reading.table.head_words and not reading.tokens.norms[i].endswith(reading.table.heads):
        return None
    named = proper(reading, i + 1) or (reading.words[i + 1][0].isupper() and not reading.masks[i + 1] & KNOWN)
    if not reading.words[i][0].isupper() or not named or reading.masks[i + 1] & CITY_ADJECTIVE:
        return None
    if reading.masks[i] & (LAST | LIKE_LAST) or reading.offices.find(reading.words[i]):
        return None
    j = i + 2
    while j < min(len(reading), i + LONGEST) and reading.joined(j) and proper(reading, j):
        j += 1
    return Spotted(first=i, last=j, kind="organisation", rule="head-noun")


def _after_adjective(reading: Reading, i: int) -> Spotted | None:
    """An adjective with a capital inside a sentence, or one in -er from a city, and a body or an event: "Leipziger Museum"."""
    if i + 1 >= len(reading) or not reading.joined(i + 1) or not reading.words[i + 1][0].isupper():
        return None
    noun, table = reading.tokens.norms[i + 1], reading.table
    from_city = bool(reading.masks[i] & CITY_ADJECTIVE) and reading.words[i] not in table.never_adjective
    capital = _capital_adjective(reading, i)
    if noun.endswith(table.event_ends) and (from_city or capital):
        return Spotted(first=i, last=i + 2, kind="event", rule="named-event")
    if capital and noun.endswith(table.bodies):
        return Spotted(first=i, last=_end_of_body(reading, i + 2), kind="organisation", rule="tail-noun")
    if from_city and noun.endswith(table.heads):
        return Spotted(first=i, last=i + 2, kind="organisation", rule="city-body")
    return None


def _capital_adjective(reading: Reading, i: int) -> bool:
    """True for an adjective that has its capital from a name, because no sentence begins here."""
    previous = reading.previous(i)
    if not previous[-1:].isalpha():
        return False
    norm = reading.tokens.norms[i]
    adjective = reading.masks[i] & COMMON and norm.endswith(reading.table.adjective_endings)
    return norm in reading.table.adjective_leads or norm in reading.table.adjectives or bool(adjective)


def _of_members(reading: Reading, i: int) -> Spotted | None:
    """A body and its members in the genitive: "Verband Nordischer Fährbetriebe"."""
    if i + 2 >= len(reading) or not _is_body(reading, i) or not (reading.joined(i + 1) and reading.joined(i + 2)):
        return None
    adjective, noun = reading.words[i + 1], reading.words[i + 2]
    genitive = adjective[0].isupper() and adjective.endswith(reading.table.genitive_plural) and noun[0].isupper()
    common = reading.masks[i + 1] & (COMMON | CITY_ADJECTIVE) or reading.tokens.norms[i + 1] in reading.table.adjectives
    return Spotted(first=i, last=i + 3, kind="organisation", rule="body-of") if genitive and common else None


def _end_of_body(reading: Reading, j: int) -> int:
    """The end of a body's name that goes on with what it is for."""
    if j + 1 < len(reading) and reading.words[j] in reading.table.body_ties and reading.words[j + 1][0].isupper():
        return j + 2
    if j < len(reading) and reading.joined(j) and reading.masks[j] & LIKE_PLACE and reading.masks[j] & CITY:
        return j + 1
    return j


def _quoted(reading: Reading, i: int) -> Spotted | None:
    """A name in quotation marks behind a noun that announces it: "die Zeitung „Morgen“"."""
    closing = QUOTES.get(reading.words[i - 1]) if i > 1 and reading.words[i][0].isupper() else None
    if closing is None:
        return None
    for j in range(i + 1, min(len(reading), i + LONGEST + 1)):
        if reading.words[j] in closing:
            kind = _kind_in_quotes(reading, i, j)
            return Spotted(first=i, last=j, kind=kind, rule="announced-in-quotes") if kind else None
    return None


def _kind_in_quotes(reading: Reading, first: int, last: int) -> str | None:
    """What the noun before the mark says that the name is, or what the name ends in: "„Möllwitzer Rundschau“"."""
    table, before = reading.table, reading.tokens.norms[first - 2]
    if not reading.words[first][0].isupper():
        return None
    if reading.words[first - 2][0].isupper():
        for ends, kind in ((table.works, "work"), (table.vessels, "product"), (table.media, "organisation")):
            if before.endswith(ends):
                return kind
    return "organisation" if last - first > 1 and reading.tokens.norms[last - 1].endswith(table.papers) else None


def expansion(reading: Reading, i: int) -> Spotted | None:
    """The name that an acronym in brackets behind it shortens: "Gewerkschaft Hafen und Verkehr (GHV)"; i is the acronym."""
    if i < 3 or reading.words[i - 1] != "(" or not reading.masks[i] & ACRONYM:
        return None
    letters = reading.words[i].lower()
    at = len(letters) - 1
    for k in range(i - 2, max(-1, i - 2 - LONGEST), -1):
        word = reading.words[k]
        if reading.tokens.sentence_of[k] != reading.tokens.sentence_of[i] or not word[0].isalpha():
            return None
        if word[0].lower() == letters[at]:
            at -= 1
            if at < 0 and word[0].isupper():
                return _as_expansion(reading, k, i - 1)
            if at < 0:
                return None
        elif word[0].isupper():
            at = _inside(word.lower(), letters, at)
            if at < 0:
                return (
                    Spotted(first=k, last=i - 1, kind="organisation", rule="expansion") if word[0].lower() == letters[0] else None
                )
    return None


def _as_expansion(reading: Reading, first: int, last: int) -> Spotted | None:
    """A single word is a name only where it ends in a body: not "Fluorchlorkohlenwasserstoffe (FCKW)"."""
    if last - first == 1 and not _is_body(reading, first):
        return None
    return Spotted(first=first, last=last, kind="organisation", rule="expansion")


def _inside(word: str, letters: str, at: int) -> int:
    """How many letters are left where a compound holds several: "Hafenverwaltung" for HV."""
    for start in range(at, -1, -1):
        piece = letters[start : at + 1]
        if word[0] == piece[0] and _covers(word, piece):
            return start - 1
    return at


def _covers(word: str, piece: str) -> bool:
    found = 0
    for letter in piece[1:]:
        found = word.find(letter, found + 1)
        if found < 0:
            return False
    return True
