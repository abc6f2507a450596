"""Text -> Dateline: place, date and agency at the head of a dispatch.

MOGILJOW, 16. Oktober (BelTA) -      Wien (APA/dpa) –      Stuttgart. (tw)      Bern, 3. April 2025 -
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from datasette_wirefacts.composing import Composed, composed
from datasette_wirefacts.facts import Dateline, Span
from datasette_wirefacts.languages import LanguagePack

HEAD = 3_000  # characters in which a dateline may begin, behind headlines and navigation
LONGEST = 1_000  # characters of a dateline with what it looks ahead at
CAPITALISED = r"[^\W\d_a-zäöüß][^\W\d_]{1,24}\.?(?:[-'’][^\W\d_]{1,24}){0,2}"
PLACE = rf"{CAPITALISED}(?:\ (?:am|an|der|im|in|de|la|el|ob|a\.\ ?[A-Z]\.|{CAPITALISED})){{0,3}}"
DASH = r"[ \t\xa0]*(?:--|[-–—](?=\s))"
SENTENCE = r"(?=[ \t\xa0]+[„“\"»]?[^\W\d_a-zäöüß][^\n]{30})"  # goes on in the same line
SIGN = r"[a-zäöü]{2,4}(?:/[a-zäöü]{2,4}){0,2}"  # of an editor or a small agency
AGENCY_SIGN = re.compile(r"[^\s/,;+]{2,20}(?: [^\s/,;+]{2,20})?")


@dataclass(frozen=True, slots=True)
class DatelinePatterns:
    """The language's dateline patterns, tried in this order at the start of each of the first lines."""

    patterns: tuple[re.Pattern[str], ...]
    of_cities: tuple[re.Pattern[str], ...]  # which hold only for cities that are known, on the text's first line
    months: dict[str, int]
    not_places: frozenset[str]  # weekdays and what begins an ordinary sentence
    rivers: frozenset[str]  # "Frankfurt/Main" is one place


def dateline_patterns(pack: LanguagePack) -> DatelinePatterns:
    """Patterns with the language's month names."""
    table = pack.table("datelines")
    months = {name.casefold(): int(n) for n, names in table.get("months", {}).items() for name in names}
    names = "|".join(
        sorted((re.escape(name) for names in table.get("months", {}).values() for name in names), key=len, reverse=True)
    )
    written = rf"(?P<day>\d{{1,2}})\.\ ?(?P<month>{names})(?:\ (?P<year>\d{{4}}))?" if names else r"(?!)"
    digits = r"(?P<d>\d{1,2})\.\ ?(?P<m>\d{1,2})\.(?:\ ?(?P<y>\d{4}))?"
    date = rf"(?:{written}|{digits})"
    places = rf"(?P<places>{PLACE}(?:\ ?/\ ?{PLACE}){{0,3}})"
    region = r"(?:\ \((?P<region>[^()\n]{3,40})\))?"
    prepositions = "|".join(map(re.escape, table.get("place_prepositions", ()))) or r"(?!)"
    known = "|".join(re.escape(sign) for agency in table.get("agencies", ()) for sign in (agency, agency.lower())) or r"(?!)"
    agency = r"\((?P<agency>[^()\n]{2,60})\)"
    forms = (
        rf"{places}{region},?\ (?:den\ )?{date},?\ {agency}(?:{DASH}|[ \t]*:)?",  # MINSK, 3. April (ABC) -
        rf"{places}[.,]?\ {agency},?\ {date}{DASH}",  # MINSK (ABC), 3. April -
        rf"{places}[.,]?\ \((?P<agency>[^()\n\d]{{2,60}})\){DASH}",  # Wien (ABC/xyz) -
        rf"{places}[.,]?\ \((?P<agency>{known}|{SIGN})\)[ \t]*:",  # Wien (APA):
        rf"{places}\.\ \((?P<agency>[^()\s]{{2,20}})\)",  # Stuttgart. (tw)
        rf"{places}\ \((?P<agency>{known})\)(?=\s|\.\s)\.?",  # Bern (sda)      Bonn (dpa).
        rf"\((?P<agency>{known}|{SIGN})\)\ {places}(?:,\ (?:den\ )?{date})?{DASH}",  # (dpa) Berlin -
        rf"{places}{region},\ {date}(?:{DASH}|[ \t]*$)",  # Bern, 3. April 2025 -
        rf"(?P<places>[A-ZÄÖÜ]{{3,}}(?:[ /-][A-ZÄÖÜ]{{2,}}){{0,3}}){DASH}",  # MINSK -
        # A city alone on a line, and again behind a preposition in the line below.
        rf"(?P<places>{PLACE})[ \t]*$(?=\n+[^\n]{{0,400}}\b(?:{prepositions})\ (?P=places)\b)",
    )
    of_cities = (
        rf"{places}{DASH}{SENTENCE}",  # Berlin/Potsdam – Die Länder wollen …
        rf"{places}\.(?:{SENTENCE}|[ \t]*$(?=\s+[„“\"»]?[^\W\d_a-zäöüß]))",  # Kassel.
    )
    compiled = [[re.compile(form.replace("\\ ", "[ \xa0]"), re.MULTILINE) for form in some] for some in (forms, of_cities)]
    return DatelinePatterns(
        tuple(compiled[0]),
        tuple(compiled[1]),
        months,
        frozenset([*table.get("weekdays", ()), *map(str.capitalize, pack.table("sentences").get("starters", ()))]),
        frozenset(table.get("rivers", ())),
    )


def find_dateline(text: str, pack: LanguagePack) -> Dateline | None:
    """The first dateline in the head of the text, or None. Its names are composed (NFC), its offsets those of the text."""
    table = pack.derived(dateline_patterns)
    head = composed(text[: HEAD + LONGEST])
    first = len(head.text) - len(head.text.lstrip())
    at = 0
    while at < min(len(head.text), HEAD):
        beginning = head.text[at : at + 40]
        line = at + len(beginning) - len(beginning.lstrip(" \t|"))
        for pattern in table.patterns:
            match = pattern.match(head.text, line)
            if match and table.not_places.isdisjoint(match["places"].split()):
                return _dateline(match, table, head)
        if at <= first <= line:
            match = next((found for pattern in table.of_cities if (found := pattern.match(head.text, line))), None)
            if match and _cities(match, pack):
                return _dateline(match, table, head)
        at = head.text.find("\n", at) + 1 or len(head.text)
    return None


def _cities(match: re.Match[str], pack: LanguagePack) -> bool:
    """True where all places are cities that are known, none of them is a common noun, and no other one stands behind the dash."""
    from datasette_wirefacts.extractors.entities.gazetteer import gazetteer  # they read Texts, which come from here
    from datasette_wirefacts.extractors.entities.lexicon import COMMON, lexicon

    known, words = pack.derived(gazetteer), pack.derived(lexicon)

    def city(name: str) -> bool:
        return known.city(name) is not None or known.city(name.title()) is not None

    places = [place.strip() for place in match["places"].split("/")]
    behind = match.string[match.end() : match.end() + 40].split()[:1]
    return all(city(place) and not words.know(place) & COMMON for place in places) and not (behind and city(behind[0].strip(",.:")))


def _dateline(match: re.Match[str], table: DatelinePatterns, head: Composed) -> Dateline:
    said = match.groupdict()
    place_spans = _joined_rivers(_pieces(match, "places", re.compile(r"[^/]+")), match.string, table.rivers)
    agency_spans = _pieces(match, "agency", AGENCY_SIGN) if said.get("agency") else []
    start, end = head.span(*match.span())
    return Dateline(
        places=tuple(match.string[b:e] for b, e in place_spans),
        date=_iso(said, table.months),
        agencies=tuple(match.string[b:e] for b, e in agency_spans),
        start=start,
        end=end,
        place_spans=tuple(head.span(*span) for span in place_spans),
        agency_spans=tuple(head.span(*span) for span in agency_spans),
    )


def _pieces(match: re.Match[str], group: str, pattern: re.Pattern[str]) -> list[Span]:
    """Spans of the pieces of a group, without surrounding white space."""
    spans = []
    for piece in pattern.finditer(match.string, match.start(group), match.end(group)):
        left = len(piece[0]) - len(piece[0].lstrip())
        spans.append((piece.start() + left, piece.start() + len(piece[0].rstrip())))
    return [(b, e) for b, e in spans if e > b]


def _joined_rivers(spans: list[Span], text: str, rivers: frozenset[str]) -> list[Span]:
    """``Frankfurt/Main`` and ``HALLE/SAALE`` as one place each."""
    joined: list[Span] = []
    for start, end in spans:
        joined.append((joined.pop()[0] if joined and text[start:end].capitalize() in rivers else start, end))
    return joined


def _iso(said: dict[str, str | None], months: dict[str, int]) -> str | None:
    day = said.get("day") or said.get("d")
    named = said.get("month")
    month = months[named.casefold()] if named else int(said.get("m") or 0)
    if not day or not 1 <= month <= 12 or not 1 <= int(day) <= 31:
        return None
    return f"{said.get('year') or said.get('y') or '-'}-{month:02}-{int(day):02}"
