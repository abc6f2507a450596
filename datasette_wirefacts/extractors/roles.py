"""Doc -> Role: the offices that stand with a person's name, before it or behind it.

Gouverneur des Gebietes X Dmitri Beispiel      Dmitri Beispiel, Gouverneur des Gebietes X,      der Vorsitzende, Dmitri Beispiel,
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from datasette_wirefacts.docs import Tokens, text_of, tokens_of
from datasette_wirefacts.extractors.offices import Office, Offices, offices
from datasette_wirefacts.extractors.role_words import Around, around
from datasette_wirefacts.facts import Entity, Mention, Role
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc

APPOSITIONS = 3  # offices that a name may have behind it
LONGEST = 14  # tokens between an office and its name
OPENING, CLOSING = frozenset({",", "(", "–", "-", "—"}), frozenset({",", ")", ".", "–", "-", "—", ";", ":", "!", "?"})


def extract_roles(doc: Doc, pack: LanguagePack, entities: Sequence[Entity]) -> Iterator[Role]:
    """The offices that a text gives to persons, in order."""
    finder = _Finder(doc, pack, entities)
    mentions = sorted(((m, e) for e in entities if e.kind == "person" for m in e.mentions), key=lambda pair: pair[0].start)
    seen: set[tuple[str, str]] = set()
    found = [role for mention, person in mentions for role in finder.around(mention, person)]
    found += [role for n in range(len(mentions)) for role in finder.shared(mentions, n)]
    for role in sorted(found, key=lambda role: role.start):
        if (role.person, role.role) not in seen:
            seen.add((role.person, role.role))
            yield role


def _forms(entity: Entity) -> Iterator[str]:
    yield entity.name
    yield from (mention.text for mention in entity.mentions)


class _Finder:
    """Looks around a person's mention."""

    def __init__(self, doc: Doc, pack: LanguagePack, entities: Sequence[Entity]) -> None:
        self.text = text_of(doc).text
        self.tokens: Tokens = tokens_of(doc)
        self.offices: Offices = pack.derived(offices)
        self.words: Around = pack.derived(around)
        persons = pack.table("entities").get("persons", {})
        self.address = frozenset(persons.get("address", ()))
        self.adjectives = {m.start for e in entities if e.kind == "place" for m in e.mentions if m.adjective}
        self.organisations = {form: e.name for e in entities if e.kind == "organisation" for form in _forms(e)}
        self.bodies = sorted(
            ((m.start, m.end, e) for e in entities if e.kind in ("place", "organisation") for m in e.mentions),
            key=lambda body: body[:2],
        )

    def around(self, mention: Mention, person: Entity) -> Iterator[Role]:
        """All offices that stand with this mention."""
        yield from self.before(mention, person)
        yield from self.behind(mention, person)
        yield from self.said_to_be(mention, person)

    def before(self, mention: Mention, person: Entity) -> Iterator[Role]:
        """The office before a name, directly or with a phrase or a comma between; two offices joined by a conjunction."""
        name = bisect_left(self.tokens.starts, mention.start)
        end = name
        while end and self._word(end - 1) in self.address:
            end -= 1
        if (self._word(end - 1) in OPENING and self._closes(mention)) or self._word(end - 1).lower() in self.words.copulas:
            end -= 1
        office = self._office_before(end, name)
        if office is None or (self._word(end) in OPENING and self._article(office) == office):
            return
        if self._word(end).lower() in self.words.copulas and self._word(office - 1).lower() not in self.words.making:
            return
        yield self._role(person, office, end, rule="before")
        if self._word(office - 1) in self.words.joining and self._office(office - 2):
            yield self._role(person, office - 2, office - 1, rule="joined")

    def shared(self, mentions: Sequence[tuple[Mention, Entity]], n: int) -> Iterator[Role]:
        """The office in the plural before the first of several names, for the others: "die Minister Jana Kern und Uwe Lind"."""
        office = bisect_left(self.tokens.starts, mentions[n][0].start) - 1
        if not self._office(office) or not self._plural(office):
            return
        for (before, _), (mention, person) in pairwise(mentions[n:]):
            if not self._tied(before, mention):
                return
            yield self._role(person, office, office + 1, rule="shared")

    def _plural(self, office: int) -> bool:
        found = self.offices.find(self.tokens.words[office])
        article = self._word(self._article(office)).lower()
        several = article in self.words.plural_articles and found is not None
        of_men = found is not None and found.gender == "m"
        declined = found is not None and found.adjectival and self._word(office).endswith(self.words.plural_endings[1])
        return self._word(office).endswith(self.words.plural_endings[0]) or (several and (of_men or declined))

    def _tied(self, before: Mention, mention: Mention) -> bool:
        """True where nothing but a comma, a conjunction and brackets stands between two names."""
        depth = 0
        between = range(bisect_left(self.tokens.starts, before.end), bisect_left(self.tokens.starts, mention.start))
        for i in between if len(between) <= LONGEST else ():
            word = self.tokens.words[i]
            depth += (word == "(") - (word == ")")
            if not depth and word not in self.words.joining and word not in (",", ")"):
                return False
        return 0 < len(between) <= LONGEST

    def said_to_be(self, mention: Mention, person: Entity) -> Iterator[Role]:
        """The office that a verb gives: "X bleibt Leiter der Region", "seit 2019 ist X Präsident des Verbands"."""
        name, at = bisect_left(self.tokens.starts, mention.start), bisect_right(self.tokens.ends, mention.end)
        if self._word(at).lower() in self.words.copulas:
            at += 1
        elif self._word(name - 1).lower() not in self.words.copulas:
            return
        while self._word(at).lower() in self.words.articles or self._modifies(at):
            at += 1
        end = self._phrase_end(at)
        if self._office(at) and (end > at + 1 or self._word(end) in CLOSING):
            yield self._role(person, at, end, rule="verb")

    def _office(self, i: int) -> bool:
        return 0 <= i < len(self.tokens) and self.offices.find(self.tokens.words[i]) is not None

    def _phrase_end(self, k: int) -> int:
        """The end of the phrase that begins with the office k."""
        end = k + 1
        if self._word(end).lower() not in self.words.ties and not self._is_body(end):
            return end
        while end - k <= LONGEST and self._of_phrase(end):
            end += 1
        while end > k + 1 and not self._word(end - 1)[:1].isupper():
            end -= 1
        return end

    def _office_before(self, end: int, name: int) -> int | None:
        """The office from which an unbroken phrase leads to ``end``."""
        found = None
        for k in range(end - 1, max(-1, end - 1 - LONGEST), -1):
            if (
                not 0 <= k < len(self.tokens)
                or self.tokens.sentence_of[k] != self.tokens.sentence_of[min(name, len(self.tokens) - 1)]
            ):
                return found
            if self.offices.find(self.tokens.words[k]):
                if k + 1 < end and self._word(k + 1).lower() not in self.words.ties and not self._is_body(k + 1):
                    return found
                found = k
                # Behind a comma the name belongs to the phrase's first office: "der Vorsitzende des Betriebsrats, …".
                if end == name or self._word(k - 1).lower() not in self.words.ties:
                    return found
            if not self._of_phrase(k):
                return found
        return found

    def behind(self, mention: Mention, person: Entity) -> Iterator[Role]:
        """The appositions behind a name: a comma or bracket, an article, the office and its phrase up to the next comma."""
        at = bisect_right(self.tokens.ends, mention.end)
        for _ in range(APPOSITIONS):
            if self._word(at) not in OPENING or self._word(at) == "-":
                return
            k = at + 1
            while self._word(k).lower() in self.words.articles | self.words.adverbs or self._modifies(k):
                k += 1
            end = self._phrase_end(k)
            if k - at > 5 or not self._office(k) or self._word(end) not in CLOSING:
                return
            yield self._role(person, k, end, rule="behind")
            at = end

    def _closes(self, mention: Mention) -> bool:
        at = bisect_right(self.tokens.ends, mention.end)
        return at >= len(self.tokens) or self.tokens.words[at] in CLOSING

    def _word(self, i: int) -> str:
        return self.tokens.words[i] if 0 <= i < len(self.tokens) else ""

    def _modifies(self, i: int) -> bool:
        word = self._word(i)
        lower = word[:1].islower() and word.endswith(self.words.adjective_endings) and len(word) > 4
        return lower or self.offices.is_modifier(word.lower())

    def _of_phrase(self, i: int) -> bool:
        """True for what may stand between an office and its name: nouns, ties, adjectives."""
        word = self._word(i)
        if word[:1].isupper():
            return True
        low = word.lower()
        return low in self.words.ties or low in self.words.articles or low in self.words.joining or self._modifies(i)

    def _is_body(self, i: int) -> bool:
        if not 0 <= i < len(self.tokens):
            return False
        at = bisect_left(self.bodies, (self.tokens.starts[i],), key=lambda body: body[:1])
        return at < len(self.bodies) and self.bodies[at][0] == self.tokens.starts[i]

    def _article(self, office: int) -> int:
        """The first token of what stands before the office and belongs to it; the office itself where nothing does."""
        k = office
        while k and self._modifies(k - 1):
            k -= 1
        return k - 1 if self._word(k - 1).lower() in self.words.articles else k

    def _role(self, person: Entity, k: int, end: int, rule: str) -> Role:
        first = k
        while first and self._belongs(first - 1):
            first -= 1
        found = self.offices.find(self.tokens.words[k])
        assert found is not None
        gender = found.gender or self._gender(k) or person.gender or ""
        words = [self._modifier(i, gender) for i in range(first, k)]
        start, stop = self.tokens.starts[first], self.tokens.ends[end - 1]
        phrase = " ".join(self.text[self.tokens.ends[k] : stop].split())
        bodies = self._bodies(self._adjectives(first), stop)
        return Role(
            person=person.name,
            role=" ".join([*words, self._nominative(found, gender), *([phrase] if phrase else ())]),
            organisation=next((e.name for e in bodies if e.kind == "organisation"), self._in_compound(k)),
            place=next((e.name for e in bodies if e.kind == "place"), None),
            start=start,
            end=stop,
            rule=rule,
        )

    def _belongs(self, i: int) -> bool:
        """True for a word before an office that is a part of it: an adjective of office or place, "Vorsitzende" of "Richterin"."""
        office = self.offices.find(self.tokens.words[i])
        if office is not None and office.adjectival:
            return self._word(i + 1)[:1].isupper()
        return self.offices.is_modifier(self._word(i).lower()) or self.tokens.starts[i] in self.adjectives

    def _adjectives(self, first: int) -> int:
        """Where the words before the office begin that say its place: "der russische Außenminister"."""
        k = first
        while k and self._modifies(k - 1):
            k -= 1
        if k and self._is_body(k - 1) and self._word(k - 1)[:1].isupper():
            k -= 1
        return self.tokens.starts[k]

    def _bodies(self, start: int, end: int) -> list[Entity]:
        low = bisect_left(self.bodies, (start,), key=lambda body: body[:1])
        high = bisect_left(self.bodies, (end,), key=lambda body: body[:1])
        return [entity for _, _, entity in self.bodies[low:high]]

    def _in_compound(self, k: int) -> str | None:
        """The organisation in "BHG-Chefin", where the text names it by itself too."""
        head, hyphen, _ = self.tokens.words[k].partition("-")
        return self.organisations.get(head) if hyphen else None

    def _gender(self, k: int) -> str | None:
        at = self._article(k)
        ending = next((e for e in self.words.adjective_endings if self.tokens.words[k].endswith(e)), "")
        return self.words.genders.get(f"{self._word(at).lower()} {ending}") if at < k else None

    def _nominative(self, office: Office, gender: str) -> str:
        if not office.adjectival or office.gender:
            return office.nominative
        return office.nominative[:-1] + self.words.nominative.get(gender, "")

    def _modifier(self, i: int, gender: str) -> str:
        """An adjective in the nominative; those in -er from a city do not change, and a sentence's capital is none."""
        word = self._word(i)
        if word.lower() in self.words.unchanged or (self.tokens.starts[i] in self.adjectives and word[0].isupper()):
            return word
        lower = word.lower()
        endings = sorted(self.words.adjective_endings, key=len, reverse=True)
        stem = next((s for s in self.offices.modifiers if lower.startswith(s) and len(word) - len(s) <= 2), None)
        stem = stem or next((lower[: -len(e)] for e in endings if lower.endswith(e)), lower)
        opens = i == self.tokens.sentences[self.tokens.sentence_of[i]][0] or self._word(i - 1) == ":"
        return (stem if opens else word[: len(stem)]) + self.words.nominative.get(gender, "")
