"""Mention -> name: whom a pronoun, a surname or a description stands for.

Persons come from the entities where there are any; without them a name is read off the noun phrase itself. Where two persons are
equally near, nobody is named: unknown beats wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.cast import (
    Named,
    NamedAt,
    NounTable,
    OtherAt,
    Person,
    noun_table,
    office_heads,
    persons_named,
)
from datasette_wirefacts.extractors.quotes.descriptions import described_organisation, described_person, head_noun
from datasette_wirefacts.extractors.quotes.naming import (
    carried_source,
    is_carrier,
    is_proper,
    name_before_comma,
    pronoun_fits,
    surface,
    verb_is_plural,
)
from datasette_wirefacts.extractors.quotes.reading import Reading
from datasette_wirefacts.facts import Entity, Role, Span
from datasette_wirefacts.languages import LanguagePack

NEAR = 6  # sentences that a pronoun looks back


@dataclass(slots=True)
class Cast:
    """The persons of a text and who spoke last; asked for each mention in the order of the text."""

    reading: Reading
    nouns: NounTable
    persons: list[Person]
    mentions: list[NamedAt]  # token ranges in order
    organisations: list[OtherAt]
    base: Callable[[str, str], str] | None = None  # the language's nominative of a noun behind a genitive article
    heads: dict[int, int] = field(default_factory=dict)  # first token of a name -> first token of the office before it
    spoken: list[tuple[int, Named]] = field(default_factory=list)

    def known(self, span: Span) -> Named | None:
        """What the mention stands for; None where that is not clear."""
        first, last = span
        if last - first == 1 and not self.reading.text.kinds[first] & w.NOUN:
            return self._pronoun(first, self.reading.text.norms[first])
        return self._phrase(first, last)

    def name(self, span: Span) -> Named | None:
        """What the mention of a speaker stands for; who speaks is remembered for the pronouns that follow."""
        first, _ = span
        named = self.known(span)
        if named is not None and named.person is None and named.kind == "person" and named.found == "name":
            named = self._introduced(named, first)
        if named is not None:
            self.spoken.append((first, named))
        return named

    def _introduced(self, named: Named, first: int) -> Named:
        """A speaker whose full name nobody has recognised before is a person of the text from here on."""
        words = named.name.split()
        if not 2 <= len(words) <= 3:
            return named
        places = [i for word in (words[0], words[-1]) for i in self.reading.places_of(word.lower()) if i >= first]
        person = Person(named.name, None, frozenset(), None, tuple(sorted(places)))
        self.persons.append(person)
        taken = {b for b, _, _ in self.mentions}
        self.mentions.extend((i, i + 1, person) for i in places if i not in taken)
        self.mentions.sort(key=lambda mention: mention[:2])
        return replace(named, person=person)

    def _pronoun(self, at: int, norm: str) -> Named | None:
        nouns = self.nouns
        gender = "m" if norm in nouns.masculine_pronouns else "f" if norm in nouns.feminine_pronouns else None
        if norm in self.reading.words.alone:  # "demnach": who spoke last
            last = self.spoken[-1] if self.spoken else None
            if last is None or self.reading.tokens.sentence_of[at] - self.reading.tokens.sentence_of[last[0]] > 2:
                return None
            return Named(last[1].name, last[1].kind, last[1].role, "pronoun", last[1].person)
        if norm in nouns.latter:
            return self._last_of_two(at)
        if gender is None:
            return self._relative(at)
        if gender == "f" and verb_is_plural(self.reading, at):
            return self._group(at)
        return self._latest(at, gender)

    def _last_of_two(self, at: int) -> Named | None:
        """The last person named before, where there are two to choose from."""
        i = bisect_left(self.mentions, (at,)) - 1
        sentence_of = self.reading.tokens.sentence_of
        near = [p for b, _, p in self.mentions[max(0, i - 5) : i + 1] if sentence_of[at] - sentence_of[b] <= 1]
        if len({person.name for person in near}) < 2:
            return None
        return Named(near[-1].name, "person", near[-1].role, "pronoun", near[-1])

    def _relative(self, at: int) -> Named | None:
        """A relative or demonstrative pronoun: the phrase that ends before it."""
        before = [(b, e, person) for b, e, person in self.mentions[max(0, bisect_left(self.mentions, (at,)) - 3) :] if e <= at]
        if before and at - before[-1][1] <= 2:
            person = before[-1][2]
            return Named(person.name, "person", person.role, "pronoun", person)
        return None

    def _latest(self, at: int, gender: str | None) -> Named | None:
        """The person meant by a pronoun: who spoke last, unless somebody else has become the subject since."""
        tokens = self.reading.tokens
        sentence = tokens.sentence_of[at]
        i = bisect_left(self.mentions, (at,)) - 1
        by_sentence: dict[int, list[tuple[int, Person]]] = {}
        while i >= 0 and sentence - tokens.sentence_of[self.mentions[i][0]] <= NEAR:
            b, _, person = self.mentions[i]
            if gender is None or person.gender in (None, gender):
                by_sentence.setdefault(tokens.sentence_of[b], []).append((b, person))
            i -= 1
        spoken = [
            (b, named)
            for b, named in self.spoken[-4:]
            if b < at and sentence - tokens.sentence_of[b] <= NEAR and pronoun_fits(named, gender)
        ]
        near = max((n for n in by_sentence if n < sentence or any(b < at for b, _ in by_sentence[n])), default=None)
        if spoken and (near is None or tokens.sentence_of[spoken[-1][0]] >= near):
            named = spoken[-1][1]
            return Named(named.name, named.kind, named.role, "pronoun", named.person, named.gender)
        if near is None:
            return None
        found = {person.name: person for _, person in by_sentence[near]}
        if len(found) == 1:
            person = next(iter(found.values()))
            return Named(person.name, "person", person.role, "pronoun", person)
        subject = [person for b, person in by_sentence[near] if self._is_subject(b)]
        if any(self._joined(b) for b, _ in by_sentence[near] if self._is_subject(b)):
            return None  # "A und B … Sie": one of two, or both
        names = {person.name: person for person in subject}
        if len(names) == 1:
            person = next(iter(names.values()))
            return Named(person.name, "person", person.role, "pronoun", person)
        return None

    def _joined(self, b: int) -> bool:
        """Whether the name at token ``b`` is joined to another one."""
        i = bisect_left(self.mentions, (b,))
        if i + 1 >= len(self.mentions) or self.mentions[i][0] != b:
            return False
        end, begin = self.mentions[i][1], self.mentions[i + 1][0]
        same = self.mentions[i][2].gender in (None, self.mentions[i + 1][2].gender)
        return same and begin - end == 1 and bool(self.reading.text.kinds[end] & w.CONJ)

    def _is_subject(self, b: int) -> bool:
        """Whether the mention begins its sentence or follows the finite verb, with no preposition or oblique article before it."""
        kinds = self.reading.text.kinds
        at = b
        first = self.reading.tokens.sentences[self.reading.tokens.sentence_of[b]][0]
        while at > first and kinds[at - 1] & (w.NOUN | w.ADJ | w.DET) and not kinds[at - 1] & w.PREP:
            at -= 1
        if at < b and kinds[at] & w.OBLIQUE:
            return False
        return at == first or bool(kinds[at - 1] & w.FINITE)

    def _group(self, at: int) -> Named | None:
        for b, named in reversed(self.spoken):
            if self.reading.tokens.sentence_of[at] - self.reading.tokens.sentence_of[b] > 3:
                return None
            if named.kind == "group":
                return Named(named.name, named.kind, named.role, "pronoun")
        return None

    def _phrase(self, first: int, last: int) -> Named | None:
        text = self.reading.text
        owner = self.nouns.possessives.get(text.norms[first])
        if owner is not None and is_carrier(self.reading, first, last) and first < last:
            owned_by = next((i for i in range(first, last) if text.kinds[i] & w.NOUN), last)
            if owned_by == last - 1:  # "seinen Angaben": whose they are
                return self._latest(first, owner)
        whole = last
        first, last, carried = carried_source(self.reading, first, last)
        if first >= last:
            return None
        if last - first == 1 and not text.kinds[first] & w.NOUN:
            return self._pronoun(first, text.norms[first])
        several = self._several(first, last)
        if several is not None:
            return several
        person = self._person_in(first, last)
        if (
            person is not None
            and carried
            and last < whole
            and self.base is not None
            and person.name == surface(self.reading, first, last)
        ):
            return Named(self.base(person.name, self.nouns.genitive_article), "person", person.role, "name", person)
        if person is not None:
            return Named(person.name, "person", person.role, "name", person)
        start = first
        one_of = first + 2 < last and text.kinds[first + 1] & w.DET and text.norms[first] in self.nouns.singular
        while start < last - 1 and text.kinds[start] & (w.DET | w.PREP) and not text.kinds[start] & w.NOUN and not one_of:
            start += 1
        name = surface(self.reading, start, last)
        if carried and last < whole and self.base is not None:  # "Putins Worten"
            name = self.base(name, self.nouns.genitive_article)
        kind = self._kind(start, last)
        other = next(
            (o for o in self.organisations[bisect_left(self.organisations, (start,)) :][:3] if o[0] == start and o[1] == last), None
        )
        if other is not None:
            return Named(other[3], other[2], None, "name", None, self._gender(max(0, start - 1), start, last, carried))
        article = first - 1 if carried and first else first
        if text.kinds[article] & w.DET:
            described = described_person(self.reading, self.nouns, self.persons, self.mentions, article, last)
            described = described or described_organisation(self.reading, self.nouns, self.organisations, article, last)
            if described is not None:
                return described
        if self.base is not None and start > 0 and text.kinds[start - 1] & w.GENITIVE and text.kinds[start - 1] & w.DET:
            noun = next((i for i in range(start, last) if text.kinds[i] & w.NOUN), None)
            if noun is not None:
                word = self.reading.tokens.words[noun]
                name = name.replace(word, self.base(word, text.norms[start - 1]), 1)
        before = name_before_comma(self.reading, start, last)
        name, kind = (before, "person") if before is not None and " " in before else (before or name, kind)
        gender = self._gender(article, start, last, carried)
        return Named(name, kind, None, "noun" if not is_proper(self.reading, start, last) else "name", None, gender)

    def _gender(self, article: int, start: int, last: int, carried: bool) -> str | None:
        """The grammatical gender that the noun's ending or its article tells."""
        head = head_noun(self.reading, start, last)
        if head.endswith(self.nouns.feminine):
            return "f"
        gender = self.nouns.articles.get(self.reading.text.norms[article])
        return "f" if carried and gender == "m" else gender

    def _several(self, first: int, last: int) -> Named | None:
        """Two persons joined by a conjunction speak together."""
        at = bisect_left(self.mentions, (first,))
        inside = [(b, e) for b, e, _ in self.mentions[at : at + 4] if e <= last]
        if len(inside) < 2 or not all(
            self.reading.text.kinds[i] & w.CONJ or self.reading.text.words[i] == ","
            for (_, end), (begin, _) in pairwise(inside)
            for i in range(end, begin)
        ):
            return None
        if any(begin <= end for (_, end), (begin, _) in pairwise(inside)):
            return None
        if not any(self.reading.text.kinds[end] & w.CONJ for _, end in inside[:-1]):
            return None  # "der Präsident Israels, Yona Metzger": an apposition
        return Named(surface(self.reading, inside[0][0], inside[-1][1]), "group", None, "name")

    def _person_in(self, first: int, last: int) -> Person | None:
        """The person that the phrase names; not one that only its attribute names (``der Sprecher von X``)."""
        kinds = self.reading.text.kinds
        i = bisect_left(self.mentions, (first,))
        best: tuple[int, Person] | None = None
        while i < len(self.mentions) and self.mentions[i][0] < last:
            b, e, person = self.mentions[i]
            b = max(first, self.heads.get(b, b))
            before = kinds[b - 1] if b > first else 0
            owned = b > first and (before & w.PREP or (before & w.DET and before & w.GENITIVE and b - 1 > first))
            if not owned and (best is None or e - self.mentions[i][0] > best[0]):
                best = e - self.mentions[i][0], person
            i += 1
        return best[1] if best is not None else None

    def _kind(self, first: int, last: int) -> str:
        text = self.reading.text
        head = next((text.norms[i] for i in range(first, last) if text.kinds[i] & w.NOUN), "")
        for b, e, kind, _ in self.organisations[bisect_left(self.organisations, (first,)) :]:
            if b >= last:
                break
            if b == first and e <= last:
                return kind
        one = first > 0 and text.norms[first - 1] in self.nouns.singular
        groups = ("document", "person", "organisation") if one else ("document", "group", "person", "organisation")
        for kind in groups:
            if head in self.nouns.heads[kind]:
                return kind
        for kind in groups if one else ("group", "document", "person", "organisation"):
            if head.endswith(self.nouns.endings[kind]) and self.nouns.endings[kind]:
                return kind
        return "person" if is_proper(self.reading, first, last) and last - first in (2, 3) else "other"


def make_cast(reading: Reading, pack: LanguagePack, entities: Sequence[Entity], roles: Sequence[Role]) -> Cast:
    """The cast of a text, from its entities and roles."""
    persons, mentions, others = persons_named(reading, pack, entities, roles)
    heads = dict(office_heads(reading, mentions, roles))
    return Cast(reading, pack.derived(noun_table), persons, mentions, others, pack.function("nominative"), heads)
