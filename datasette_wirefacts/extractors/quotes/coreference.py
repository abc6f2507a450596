"""Mention -> name: whom a pronoun, a surname or a description stands for; where two are equally near, nobody.

Persons come from the entities where there are any; without them a name is read off the noun phrase itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.cast import (
    Named,
    NamedAt,
    OtherAt,
    Person,
    office_heads,
    persons_named,
)
from datasette_wirefacts.extractors.quotes.descriptions import (
    described_organisation,
    described_person,
    described_subject,
    gender_of,
    kind_of,
)
from datasette_wirefacts.extractors.quotes.introductions import linked, strangers, surnames_alone
from datasette_wirefacts.extractors.quotes.nameless import (
    NEAR,
    SPOKEN,
    described_speaker,
    nameless,
    only_one,
    own_document,
    relative_only,
    said_longer,
    stranger,
)
from datasette_wirefacts.extractors.quotes.naming import (
    carried_source,
    is_carrier,
    is_proper,
    name_before_comma,
    named_other,
    person_in,
    pronoun_fits,
    role_before,
    several,
    surface,
    verb_is_plural,
)
from datasette_wirefacts.extractors.quotes.offices import NounTable, noun_table
from datasette_wirefacts.extractors.quotes.reading import Reading
from datasette_wirefacts.facts import Entity, Role, Span
from datasette_wirefacts.languages import LanguagePack


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
    strangers: list[tuple[int, str, str]] = field(default_factory=list)  # token, gender, noun of persons without a name
    spoken: list[tuple[int, Named]] = field(default_factory=list)
    said_roles: dict[str, str | None] = field(default_factory=dict)  # of persons whose entity has none

    def known(self, span: Span) -> Named | None:
        """What the mention stands for; None where that is not clear."""
        first, last = span
        if last - first == 1 and not self.reading.text.kinds[first] & w.NOUN:
            return self._pronoun(first, self.reading.text.norms[first])
        return self._phrase(first, last)

    def name(self, span: Span) -> Named | None:
        """What the mention of a speaker stands for; who speaks is remembered for the pronouns that follow."""
        named = self.known(span)
        if named is not None and named.person is None and named.kind == "person" and named.found == "name":
            named = self._introduced(named, span[0])
        if named is not None and named.person is not None:
            named = self._with_role(named, span)
        if named is not None:
            self.spoken.append((span[0], named))
        return named

    def _with_role(self, named: Named, span: Span) -> Named:
        """The speaker with the office that has been said beside his name, here or before."""
        if named.found == "name":
            self.said_roles.setdefault(named.name, role_before(self.reading, self.nouns, self.mentions, *span))
        return named if named.role is not None else replace(named, role=self.said_roles.get(named.name))

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
        if norm in nouns.latter or norm in nouns.this:
            return self._last_of_two(at) or (self._latest(at, gender) if norm in nouns.this else None)
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
            for b, named in self.spoken[-SPOKEN:]
            if b < at and sentence - tokens.sentence_of[b] <= NEAR and pronoun_fits(named, gender)
        ]
        near = max((n for n in by_sentence if n < sentence or any(b < at for b, _ in by_sentence[n])), default=None)
        heard = max([*(by_sentence if near is not None else ()), *(tokens.sentence_of[b] for b, _ in spoken)], default=-1)
        if (someone := stranger(self, at, gender, heard)) is not None:
            return someone
        subject_is, meant = described_subject(self.reading, self.nouns, self.persons, self.mentions, at, gender, heard, self.base)
        if subject_is:
            return meant
        if spoken and (near is None or tokens.sentence_of[spoken[-1][0]] >= near):
            named = spoken[-1][1]
            return Named(named.name, named.kind, named.role, "pronoun", named.person, named.gender)
        if near is None:
            return only_one(self, at, gender)
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
        first, last, carried = carried_source(self.reading, self.nouns, first, last)
        if first >= last:
            return None
        if last - first == 1 and not text.kinds[first] & w.NOUN:
            return self._pronoun(first, text.norms[first])
        if (joint := several(self.reading, self.mentions, first, last)) is not None:
            return joint
        person = person_in(self.reading, self.mentions, self.heads, first, last)
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
            if text.norms[start] in self.nouns.quantifiers:
                break
            start += 1
        name = surface(self.reading, start, last)
        if carried and last < whole and self.base is not None:  # "Putins Worten"
            name = self.base(name, self.nouns.genitive_article)
        kind = kind_of(self.reading, self.nouns, self.organisations, start, last)
        if text.norms[start] in self.nouns.parts and last == start + 1:
            return None
        other = named_other(self.reading, self.nouns, self.organisations, start, last)
        if other is not None:
            return Named(
                other[3], other[2], None, "name", None, gender_of(self.reading, self.nouns, max(0, start - 1), start, last, carried)
            )
        article = first - 1 if carried and first else first
        if text.kinds[article] & w.DET:
            described = self._described(article, last)
            if described is not None or relative_only(self, article, last):
                return described
        if self.base is not None and start > 0 and text.kinds[start - 1] & w.GENITIVE and text.kinds[start - 1] & w.DET:
            noun = next((i for i in range(start, last) if text.kinds[i] & w.NOUN), None)
            if noun is not None:
                word = self.reading.tokens.words[noun]
                name = name.replace(word, self.base(word, text.norms[start - 1]), 1)
        if last == start + 1 and not carried and kind == "other" and text.norms[start] in self.reading.words.cue_nouns:
            return None  # "die Vorwürfe": whose they are is not said
        if text.kinds[start] & w.NUM or text.norms[start] in self.nouns.quantifiers:
            kind = "group"
        before = name_before_comma(self.reading, start, last)
        name, kind = (before, "person") if before is not None and " " in before else (before or name, kind)
        gender = gender_of(self.reading, self.nouns, article, start, last, carried)
        return Named(name, kind, None, "noun" if not is_proper(self.reading, start, last) else "name", None, gender)

    def _described(self, first: int, last: int) -> Named | None:
        """Whom a phrase with its article describes, where the text names them."""
        return (
            nameless(self, first, last)
            or described_person(self.reading, self.nouns, self.persons, self.mentions, first, last, self.base)
            or described_organisation(self.reading, self.nouns, self.organisations, first, last)
            or described_speaker(self, first, last)
            or said_longer(self, first, last)
            or own_document(self, first, last)
        )


def make_cast(reading: Reading, pack: LanguagePack, entities: Sequence[Entity], roles: Sequence[Role]) -> Cast:
    """The cast of a text, from its entities and roles."""
    persons, mentions, others = persons_named(reading, pack, entities, roles)
    nouns = pack.derived(noun_table)
    others = linked(others)
    taken = {i for b, e, _ in mentions for i in range(b, e)} | {i for b, e, _, _ in others for i in range(b, e)}
    mentions = sorted([*mentions, *surnames_alone(reading, persons, taken)], key=lambda mention: mention[:2])
    heads = dict(office_heads(reading, mentions, roles))
    nameless = list(strangers(reading, nouns, reading.words.indefinite))
    return Cast(reading, nouns, persons, mentions, others, pack.function("nominative"), heads, nameless)
