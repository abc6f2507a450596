"""Mention -> name: whom a pronoun, a surname or a description stands for.

Persons come from the entities where there are any; without them a name is read off the noun phrase itself. Where two persons are
equally near, nobody is named: unknown beats wrong.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.reading import Reading
from datasette_wirefacts.extractors.quotes.speakers import is_carrier
from datasette_wirefacts.facts import Entity, Role, Span
from datasette_wirefacts.languages import LanguagePack

NEAR = 6  # sentences that a pronoun looks back


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the text knows him: full name, gender if known, head nouns of his offices, places where he is named."""

    name: str
    gender: str | None
    offices: frozenset[str]
    role: str | None
    places: tuple[int, ...]  # tokens


@dataclass(frozen=True, slots=True)
class Named:
    """What a mention stands for."""

    name: str
    kind: str
    role: str | None
    found: str
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class NounTable:
    """Head nouns and endings by kind, and the words around names."""

    heads: dict[str, frozenset[str]]
    endings: dict[str, tuple[str, ...]]
    feminine: tuple[str, ...]
    masculine_pronouns: frozenset[str]
    feminine_pronouns: frozenset[str]
    latter: frozenset[str]
    titles: dict[str, str]


def noun_table(pack: LanguagePack) -> NounTable:
    """The pack's table ``speakers``, to be had by ``pack.derived(noun_table)``."""
    table = pack.table("speakers")
    kinds = ("person", "organisation", "document", "group")
    words = table.get("words", {})
    return NounTable(
        heads={kind: frozenset(table.get(kind, {}).get("heads", ())) for kind in kinds},
        endings={kind: tuple(table.get(kind, {}).get("endings", ())) for kind in kinds},
        feminine=tuple(words.get("feminine_endings", ())),
        masculine_pronouns=frozenset(words.get("he", ())),
        feminine_pronouns=frozenset(words.get("she", ())),
        latter=frozenset(words.get("latter", ())),
        titles=dict(words.get("titles", {})),
    )


@dataclass(slots=True)
class Cast:
    """The persons of a text and who spoke last; asked for each mention in the order of the text."""

    reading: Reading
    nouns: NounTable
    persons: list[Person]
    mentions: list[tuple[int, int, Person]]  # token ranges in order
    organisations: list[tuple[int, int, str]]
    base: Callable[[str, str], str] | None = None  # the language's nominative of a noun behind a genitive article
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
        if named is not None:
            self.spoken.append((first, named))
        return named

    def _pronoun(self, at: int, norm: str) -> Named | None:
        nouns = self.nouns
        gender = "m" if norm in nouns.masculine_pronouns else "f" if norm in nouns.feminine_pronouns else None
        if norm in self.reading.words.alone:  # "demnach": who spoke last
            last = self.spoken[-1] if self.spoken else None
            if last is None or self.reading.tokens.sentence_of[at] - self.reading.tokens.sentence_of[last[0]] > 2:
                return None
            return Named(last[1].name, last[1].kind, last[1].role, "pronoun", last[1].person)
        if norm in nouns.latter:
            return self._latest(at, None)
        if gender is None:
            return self._relative(at)
        if gender == "f" and _plural(self.reading, at):
            return self._group(at)
        return self._latest(at, gender)

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
            if b < at and sentence - tokens.sentence_of[b] <= NEAR and named.kind == "person" and _fits(named, gender)
        ]
        near = max((n for n in by_sentence if n < sentence or any(b < at for b, _ in by_sentence[n])), default=None)
        if spoken and (near is None or tokens.sentence_of[spoken[-1][0]] >= near):
            named = spoken[-1][1]
            return Named(named.name, named.kind, named.role, "pronoun", named.person)
        if near is None:
            return None
        found = {person.name: person for _, person in by_sentence[near]}
        if len(found) == 1:
            person = next(iter(found.values()))
            return Named(person.name, "person", person.role, "pronoun", person)
        subject = [person for b, person in by_sentence[near] if self._is_subject(b)]
        names = {person.name: person for person in subject}
        if len(names) == 1:
            person = next(iter(names.values()))
            return Named(person.name, "person", person.role, "pronoun", person)
        return None

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
        first, carried = self._carried(first, last)
        if first >= last:
            return None
        if last - first == 1 and not text.kinds[first] & w.NOUN:
            return self._pronoun(first, text.norms[first])
        person = self._person_in(first, last)
        if person is not None:
            return Named(person.name, "person", person.role, "name", person)
        start = first
        while start < last - 1 and text.kinds[start] & (w.DET | w.PREP) and not text.kinds[start] & w.NOUN:
            start += 1
        name = self._surface(start, last)
        kind = self._kind(start, last)
        if kind == "person" and not carried:
            described = self._described(first, start, last)
            if described is not None:
                return described
        if self.base is not None and start > 0 and text.kinds[start - 1] & w.GENITIVE and text.kinds[start - 1] & w.DET:
            head = next((i for i in range(start, last) if text.kinds[i] & w.NOUN), None)
            if head is not None:
                word = self.reading.tokens.words[head]
                name = name.replace(word, self.base(word, text.norms[start - 1]), 1)
        return Named(name, kind, None, "noun" if not self._proper(start, last) else "name")

    def _surface(self, first: int, last: int) -> str:
        starts, ends = self.reading.tokens.starts, self.reading.tokens.ends
        words = self.reading.tokens.words
        pieces = []
        for i in range(first, last):
            glue = " " if i > first and starts[i] > ends[i - 1] else ""
            pieces.append(glue + words[i])
        return "".join(pieces).strip('„“”"»«, ')

    def _carried(self, first: int, last: int) -> tuple[int, bool]:
        """The source behind a noun of statement: ``Angaben der Polizei`` -> ``Polizei``, ``seinen Worten`` -> ``seinen``."""
        text = self.reading.text
        if not is_carrier(self.reading, first, last):
            return first, False
        noun = next(i for i in range(first, last) if text.kinds[i] & w.NOUN)
        for i in range(noun + 1, last):
            if text.kinds[i] & (w.DET | w.PREP) and i + 1 < last:
                return i + 1, True
            if text.kinds[i] & w.NOUN:
                return i, True
        return first, False

    def _person_in(self, first: int, last: int) -> Person | None:
        """The person that the phrase names; not one that only its attribute names (``der Sprecher von X``)."""
        kinds = self.reading.text.kinds
        i = bisect_left(self.mentions, (first,))
        while i < len(self.mentions) and self.mentions[i][0] < last:
            b, _, person = self.mentions[i]
            before = kinds[b - 1] if b > first else 0
            owned = b > first and (before & w.PREP or (before & w.DET and before & w.GENITIVE and b - 1 > first))
            if not owned:
                return person
            i += 1
        return None

    def _described(self, first: int, start: int, last: int) -> Named | None:
        """The one person whose office the description names: ``der Minister``."""
        text = self.reading.text
        if not text.kinds[first] & w.DET or text.norms[first] in self.reading.words.indefinite:
            return None
        head = next((text.norms[i] for i in range(start, last) if text.kinds[i] & w.NOUN), "")
        found = [
            p for p in self.persons if p.places and p.places[0] < first and any(_same_office(head, office) for office in p.offices)
        ]
        if len(found) == 1:
            return Named(found[0].name, "person", found[0].role, "description", found[0])
        return None

    def _kind(self, first: int, last: int) -> str:
        text = self.reading.text
        head = next((text.norms[i] for i in range(first, last) if text.kinds[i] & w.NOUN), "")
        for b, e, kind in self.organisations[bisect_left(self.organisations, (first,)) :]:
            if b >= last:
                break
            if b == first and e <= last:
                return kind
        for kind in ("document", "group", "person", "organisation"):
            if head in self.nouns.heads[kind]:
                return kind
        for kind in ("group", "document", "person", "organisation"):
            if head.endswith(self.nouns.endings[kind]) and self.nouns.endings[kind]:
                return kind
        return "person" if self._proper(first, last) and last - first in (2, 3) else "other"

    def _proper(self, first: int, last: int) -> bool:
        return (
            first < last
            and all(self.reading.text.kinds[i] & w.NOUN for i in range(first, last))
            and (first == 0 or not self.reading.text.kinds[first - 1] & w.DET)
        )


def _fits(named: Named, gender: str | None) -> bool:
    return gender is None or named.person is None or named.person.gender in (None, gender)


def _same_office(head: str, office: str) -> bool:
    return head == office or (office.endswith(head) and len(head) > 4)


def _plural(reading: Reading, at: int) -> bool:
    """Whether the verb beside the pronoun is plural."""
    text = reading.text
    for i in (at + 1, at - 1):
        if 0 <= i < len(text.words) and text.kinds[i] & w.FINITE:
            return text.norms[i].endswith("n")
    return False


def make_cast(reading: Reading, pack: LanguagePack, entities: Sequence[Entity], roles: Sequence[Role]) -> Cast:
    """The cast of a text: persons from the entities and their offices from the roles; else from titles and full names."""
    nouns = pack.derived(noun_table)
    offices: dict[str, list[str]] = {}
    for role in roles:
        offices.setdefault(role.person, []).append(role.role)
    starts = reading.tokens.starts
    persons: list[Person] = []
    mentions: list[tuple[int, int, Person]] = []
    organisations: list[tuple[int, int, str]] = []
    for entity in entities:
        spans = [_token_span(reading, starts, m.start, m.end) for m in entity.mentions]
        places = tuple(sorted(b for b, e in spans if b < e))
        if entity.kind != "person":
            organisations.extend((b, e, entity.kind) for b, e in spans if b < e)
            continue
        held = offices.get(entity.name, [])
        heads = frozenset(word.lower() for role in held for word in role.split()[:1])
        person = Person(entity.name, entity.gender, heads, held[0] if held else None, places)
        persons.append(person)
        mentions.extend((b, e, person) for b, e in spans if b < e)
    if not persons:
        persons, mentions = _persons_from_syntax(reading, nouns)
    mentions.sort(key=lambda mention: mention[:2])
    return Cast(reading, nouns, persons, mentions, sorted(organisations), pack.function("nominative"))


def _token_span(reading: Reading, starts: list[int], start: int, end: int) -> Span:
    return bisect_right(starts, start) - 1 if start in starts[
        bisect_left(starts, start) : bisect_left(starts, start) + 1
    ] else bisect_left(starts, start), bisect_left(starts, end)


def _persons_from_syntax(reading: Reading, nouns: NounTable) -> tuple[list[Person], list[tuple[int, int, Person]]]:
    """Persons without entities: names behind an office or a title, then every place where their surname stands alone."""
    text = reading.text
    found: dict[str, tuple[str | None, str | None, list[Span]]] = {}
    i = 0
    while i < len(text.words):
        if not text.kinds[i] & w.NOUN:
            i += 1
            continue
        end = i
        while (
            end < len(text.words) and text.kinds[end] & w.NOUN and reading.tokens.sentence_of[end] == reading.tokens.sentence_of[i]
        ):
            end += 1
        name = _full_name(reading, nouns, i, end)
        if name is not None:
            b, gender, office = name
            key = " ".join(text.words[b:end])
            known = found.setdefault(key, (gender, office, []))
            known[2].append((b, end))
            if (known[1] is None and office) or (known[0] is None and gender):
                found[key] = (known[0] or gender, known[1] or office, known[2])
        i = end
    persons: list[Person] = []
    mentions: list[tuple[int, int, Person]] = []
    surnames: dict[str, Person | None] = {}
    for key, (gender, office, spans) in found.items():
        person = Person(key, gender, frozenset({office}) if office else frozenset(), None, tuple(b for b, _ in spans))
        persons.append(person)
        mentions.extend((b, e, person) for b, e in spans)
        surname = key.split()[-1]
        surnames[surname] = None if surname in surnames else person
    taken = {i for b, e, _ in mentions for i in range(b, e)}
    for i, word in enumerate(text.words):
        named = surnames.get(word) or surnames.get(word.removesuffix("s"))
        if named is not None and i not in taken and text.kinds[i] & w.NOUN:
            mentions.append((i, i + 1, named))
    return persons, mentions


def _full_name(reading: Reading, nouns: NounTable, first: int, last: int) -> tuple[int, str | None, str | None] | None:
    """Where in a run of capitalised words a person's name begins, with gender and office if the words before tell them."""
    text = reading.text
    gender: str | None = None
    office: str | None = None
    at = first
    while at < last:
        norm = text.norms[at]
        if norm in nouns.titles:
            gender = nouns.titles[norm] or gender
        elif norm in nouns.heads["person"] or norm.endswith(nouns.endings["person"]):
            office = norm
            gender = "f" if norm.endswith(nouns.feminine) else "m"
        else:
            break
        at += 1
    size = last - at
    before = text.kinds[first - 1] if first else 0
    if at == first and before & w.GENITIVE and before & w.DET and size >= 3:
        return last - 2, None, _office_before(reading, nouns, first)
    if size in (2, 3) and (at > first or not before & (w.DET | w.ADJ | w.PREP | w.NUM)):
        return at, gender, office
    if size == 1 and at > first:
        return at, gender, office
    return None


def _office_before(reading: Reading, nouns: NounTable, i: int) -> str | None:
    if i < 2:
        return None
    norm = reading.text.norms[i - 2]
    return norm if norm in nouns.heads["person"] or norm.endswith(nouns.endings["person"]) else None
