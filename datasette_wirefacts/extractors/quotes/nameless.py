"""Descriptions of persons whom the text names elsewhere, or nowhere -> who is meant: ``der 61-Jährige``, ``die BHG-Chefin``."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.cast import Named
from datasette_wirefacts.extractors.quotes.descriptions import behind_place, head_noun, is_definite
from datasette_wirefacts.extractors.quotes.naming import pronoun_fits
from datasette_wirefacts.extractors.quotes.offices import office_at

if TYPE_CHECKING:
    from datasette_wirefacts.extractors.quotes.coreference import Cast

SPOKEN = 12  # speakers that a pronoun or a description looks back
SHORTEST = 4  # letters of a noun that others may end with
LOOK = 300  # tokens back to a noun for somebody without a name
NEAR = 6  # sentences that a pronoun looks back


def only_one(cast: Cast, at: int, gender: str | None) -> Named | None:
    """The one person of that sex whom the text has named so far, and none of unknown sex."""
    if gender is None or len(cast.persons) > 3 * SPOKEN:
        return None
    earlier = [person for person in cast.persons if person.places and person.places[0] < at and person.gender in (None, gender)]
    if len(earlier) != 1 or earlier[0].gender is None:
        return None
    last = max(place for place in earlier[0].places if place < at)
    near = cast.reading.tokens.sentence_of[at] - cast.reading.tokens.sentence_of[last] <= 2 * NEAR
    return Named(earlier[0].name, "person", earlier[0].role, "pronoun", earlier[0]) if near else None


def nameless(cast: Cast, first: int, last: int) -> Named | None:
    """Whom ``der 61-Jährige`` takes up where somebody without a name has just come in or spoken."""
    gender = "f" if cast.reading.text.norms[first] in cast.nouns.she_articles else "m"
    sentence_of = cast.reading.tokens.sentence_of
    if not head_noun(cast.reading, first, last).endswith(cast.nouns.aged):
        return None
    spoken = next((s for s in reversed(cast.spoken[-SPOKEN:]) if s[0] < first and pronoun_fits(s[1], gender)), None)
    if spoken is not None and spoken[1].person is None and sentence_of[first] - sentence_of[spoken[0]] <= 2:
        return replace(spoken[1], found="description") if spoken[1].kind == "person" else None
    i = bisect_left(cast.mentions, (first,))
    named = max((b for b, _, p in cast.mentions[max(0, i - SPOKEN) : i] if p.gender in (None, gender)), default=None)
    someone = stranger(cast, first, gender, sentence_of[named] if named is not None else -1)
    if someone is None and named is None:
        someone = _only_noun(cast, first, gender)
    return replace(someone, found="description") if someone is not None else None


def _only_noun(cast: Cast, at: int, gender: str) -> Named | None:
    """The only noun for a woman (or a man) before token ``at``, where nobody of that sex has a name."""
    text, nouns = cast.reading.text, cast.nouns
    found: set[str] = set()
    for i in range(max(1, at - LOOK), at):
        if not text.kinds[i] & w.NOUN or not text.kinds[i - 1] & w.DET or not office_at(cast.reading, nouns, i):
            continue
        if nouns.articles.get(text.norms[i - 1]) == gender and text.norms[i].endswith(nouns.feminine) == (gender == "f"):
            found.add(cast.base(text.words[i], text.norms[i - 1]) if cast.base is not None else text.words[i])
    return Named(found.pop(), "person", None, "description", None, gender) if len(found) == 1 else None


def stranger(cast: Cast, at: int, gender: str | None, since: int) -> Named | None:
    """Somebody without a name who has come in at the head of a sentence behind sentence ``since``."""
    sentence_of = cast.reading.tokens.sentence_of
    i = bisect_left(cast.strangers, (at,)) - 1
    if i < 0 or not since < sentence_of[cast.strangers[i][0]] < sentence_of[at] <= sentence_of[cast.strangers[i][0]] + 5:
        return None
    sex, noun = cast.strangers[i][1:]
    return Named(noun, "person", None, "pronoun", None, sex) if gender in (None, sex) else None


def described_speaker(cast: Cast, first: int, last: int) -> Named | None:
    """Who is meant by the first description of its kind: whoever spoke or acted just before and has no office yet."""
    start = behind_place(cast.reading, cast.nouns, first, last)
    head = next((i for i in range(start, last) if cast.reading.text.kinds[i] & w.NOUN), None)
    if head is None or not office_at(cast.reading, cast.nouns, head) or not is_definite(cast.reading, cast.nouns, first):
        return None
    norm = cast.reading.text.norms[head]
    if norm.endswith(cast.nouns.aged) or cast.reading.places_of(norm)[0] != head:
        return None
    gender = _sex(cast, first, norm)
    before = _spoke_before(cast, first)
    if before is not None:
        free = before.person is None or before.person.offices <= cast.nouns.relative
        return replace(before, found="description") if free and pronoun_fits(before, gender) else None
    return _acted_before(cast, first, gender) or _named_next(cast, last, gender)


def said_longer(cast: Cast, first: int, last: int) -> Named | None:
    """The organisation that spoke before under a longer noun: ``die Gesellschaft`` for ``Klinikgesellschaft``."""
    head = head_noun(cast.reading, first, last)
    nouns = sum(bool(cast.reading.text.kinds[i] & w.NOUN) for i in range(first, last))
    if len(head) < SHORTEST or nouns != 1 or not is_definite(cast.reading, cast.nouns, first):
        return None
    for place, named in reversed(cast.spoken[-SPOKEN:]):
        words = named.name.lower().split()
        if place < first and named.kind == "organisation" and words[0] != head and words[0].endswith(head):
            return replace(named, found="description")
    return _named_longer(cast, first, head)


def _named_longer(cast: Cast, at: int, head: str) -> Named | None:
    """The one name before token ``at`` that a longer noun begins: ``der Verein`` for ``Sparerverein Rüthalden``."""
    text = cast.reading.text
    names = {
        f"{text.words[i]} {text.words[i + 1]}"
        for i in range(max(0, at - LOOK), at - 2)
        if text.kinds[i] & w.NOUN and text.kinds[i + 1] & w.NOUN and text.norms[i] != head and text.norms[i].endswith(head)
    }
    organisation = head in cast.nouns.heads["organisation"]
    return Named(names.pop(), "organisation", None, "description") if organisation and len(names) == 1 else None


def own_document(cast: Cast, first: int, last: int) -> Named | None:
    """Whose ``Mitteilung`` is cited: of the organisation that the sentence before is about, where no owner is named."""
    tokens, text = cast.reading.tokens, cast.reading.text
    indefinite = last - first == 2 and text.norms[first] in cast.reading.words.indefinite
    if not indefinite or text.norms[first + 1] not in cast.nouns.own_documents:
        return None
    n = tokens.sentence_of[first] - 1
    if n < 0 or tokens.paragraph_of[tokens.sentences[n][0]] != tokens.paragraph_of[first]:
        return None
    begin = tokens.sentences[n][0]
    for b, _, kind, name in cast.organisations[bisect_left(cast.organisations, (begin,)) :]:
        if b > begin + 3 or kind != "organisation":
            return None
        return Named(name, kind, None, "description")
    return None


def relative_only(cast: Cast, first: int, last: int) -> bool:
    """Whether the phrase says only whose colleague somebody is: ``ihre Kollegin aus X``."""
    owner = cast.reading.text.norms[first]
    return (owner in cast.nouns.possessives or owner in cast.nouns.mine) and head_noun(
        cast.reading, first, last
    ) in cast.nouns.relative


def _sex(cast: Cast, first: int, head: str) -> str | None:
    """The sex that the description tells, None with a neuter noun."""
    if head.endswith(cast.nouns.feminine):
        return "f"
    return "m" if cast.nouns.articles.get(cast.reading.text.norms[first]) == "m" else None


def _spoke_before(cast: Cast, at: int) -> Named | None:
    """The person who spoke in the same paragraph, at most two sentences ago."""
    tokens = cast.reading.tokens
    for place, named in reversed(cast.spoken[-SPOKEN:]):
        near = tokens.paragraph_of[place] == tokens.paragraph_of[at]
        if place < at:
            return named if near and named.kind == "person" and tokens.sentence_of[at] - tokens.sentence_of[place] <= 2 else None
    return None


def _acted_before(cast: Cast, at: int, gender: str | None) -> Named | None:
    """Whose lone name, known to nobody, begins the sentence before: ``Vosskamp wies das zurück.``"""
    tokens, text = cast.reading.tokens, cast.reading.text
    n = tokens.sentence_of[at] - 1
    if n < 0 or tokens.paragraph_of[tokens.sentences[n][0]] != tokens.paragraph_of[at]:
        return None
    first = tokens.sentences[n][0]
    lone = text.kinds[first] & w.NOUN and text.kinds[first + 1] & w.FINITE and not text.kinds[first] & w.FINITE
    if not lone or not text.words[first].istitle() or text.norms[first + 1].endswith("n"):
        return None
    norm = text.norms[first]
    things = [other for other in cast.organisations if other[0] == first]
    if things or any(norm in heads for heads in cast.nouns.heads.values()) or office_at(cast.reading, cast.nouns, first):
        return None
    return Named(text.words[first], "person", None, "description", None, gender)


def _named_next(cast: Cast, at: int, gender: str | None) -> Named | None:
    """The only woman of a text who is named within the next two sentences: ``Die Chefin sagte … Nach Ansicht von Eva Lang``."""
    tokens = cast.reading.tokens
    women = [person for person in cast.persons if person.gender == "f"]
    if gender != "f" or len(women) != 1 or women[0].offices or not women[0].places or len(cast.persons) > 3 * SPOKEN:
        return None
    place = women[0].places[0]
    if (
        place < at
        or tokens.paragraph_of[place] != tokens.paragraph_of[at]
        or tokens.sentence_of[place] - tokens.sentence_of[at] > 3
    ):
        return None
    return Named(women[0].name, "person", women[0].role, "description", women[0])
