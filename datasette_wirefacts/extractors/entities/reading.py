"""Doc -> Reading: the tokens with what is known of each, as the finders of names see them; and Spotted, what they find."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from datasette_wirefacts.docs import Tokens, text_of, tokens_of
from datasette_wirefacts.extractors.entities.gazetteer import Gazetteer, gazetteer
from datasette_wirefacts.extractors.entities.lexicon import Lexicon, lexicon
from datasette_wirefacts.extractors.offices import Offices, offices
from datasette_wirefacts.languages import LanguagePack
from datasette_wirefacts.texts import Text

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """A name in the text: a range of tokens, and what the rule that found it knows of the thing."""

    first: int
    last: int  # exclusive
    kind: str
    rule: str
    adjective: bool = False
    name: str | None = None  # where the surface is not the name: "Russland" for "russischen"
    prefix: str = ""  # what the name needs before it: "Gebiet"
    gender: str | None = None
    source: str = "rules"


class EntityWords:
    """The table ``entities`` as sets."""

    def __init__(self, pack: LanguagePack) -> None:
        table = pack.table("entities")
        persons, places, bodies = table.get("persons", {}), table.get("places", {}), table.get("organisations", {})
        self.gender_of = {word: g for g in "mf" for word in persons.get(f"address_{g}", ())}
        self.address = {*self.gender_of, *persons.get("address", ())}
        self.particles = frozenset(persons.get("particles", ()))
        self.own_particles = frozenset(persons.get("own_particles", ()))
        self.opening_particles = frozenset(persons.get("opening_particles", ()))
        self.nobility = frozenset(persons.get("nobility", ()))
        self.families = frozenset(persons.get("families", ()))
        self.joining = frozenset(persons.get("joining", ()))
        self.suffixes = frozenset(persons.get("suffixes", ()))
        self.eastern = frozenset(persons.get("eastern", ()))
        self.kinds_kept: dict[str, str] = places.get("kinds_kept", {})
        self.kinds = frozenset(places.get("kinds", ()))
        self.tying = frozenset({*self.joining, ",", "/", "-", "–"})
        self.noun_articles = frozenset([*places.get("articles", ()), *persons.get("contractions", ())])
        self.place_articles = frozenset(places.get("articles", ()))
        self.named = tuple(places.get("named", ()))
        self.streets = tuple(places.get("streets", ()))
        self.office_ties = frozenset(places.get("office_ties", ()))
        self.openers = frozenset(places.get("openers", ()))
        self.compass = tuple(places.get("compass", ()))
        self.prepositions = frozenset(places.get("prepositions", ()))
        self.weak_prepositions = frozenset(places.get("weak_prepositions", ()))
        self.adjectives = _inflected(places.get("adjectives", {}))
        self.inhabitants = _inflected(places.get("inhabitants", {}))
        self.city_adjectives: dict[str, Any] = {"ending": "\0", "bases": [], "irregular": {}} | places.get("city_adjectives", {})
        self.never_adjective = frozenset(self.city_adjectives.get("never", ()))
        self.head_words = frozenset(bodies.get("head_words", ()))
        self.heads = tuple(bodies.get("heads", ()))
        self.bodies = tuple(dict.fromkeys([*self.heads, *bodies.get("bodies", ())]))
        nouns = table.get("nouns", {})
        self.endings_by_noun = {noun: ending for ending, ends in nouns.get("adjective", {}).items() for noun in ends}
        self.genitive_endings = tuple(nouns.get("genitive", ()))
        self.declined = tuple(end for ending, ends in nouns.get("adjective", {}).items() for end in ends if ending != "e")
        self.body_ties = frozenset(bodies.get("ties", ()))
        self.adjective_endings = tuple(table.get("adjective_endings", ()))
        self.genitive_plural = tuple(bodies.get("genitive_plural", ()))
        self.event_ends = tuple(table.get("others", {}).get("event_ends", ()))
        self.for_bodies = tuple(bodies.get("for_bodies", ()))
        self.firm_offices = tuple(bodies.get("offices", ()))
        self.before_ends = tuple(bodies.get("before_ends", ()))
        self.papers = tuple(bodies.get("papers", ()))
        self.vessels = tuple(table.get("others", {}).get("vessels", ()))
        self.works = tuple(table.get("others", {}).get("announcing", ()))
        self.media = tuple(bodies.get("announcing", ()))
        self.adjective_leads = frozenset(bodies.get("adjective_leads", ()))
        self.endings = frozenset(bodies.get("endings", ()))
        self.clubs = frozenset(bodies.get("clubs", ()))
        self.before = frozenset(bodies.get("before", ()))
        self.in_quotes = frozenset(bodies.get("in_quotes", ()))
        self.articles = frozenset(bodies.get("articles", ()))
        self.never_acronym = frozenset(bodies.get("never", ()))
        self.money = frozenset(table.get("stop", {}).get("money", ()))
        self.acronyms: dict[str, str] = bodies.get("acronyms", {})
        self.always = frozenset(table.get("stop", {}).get("always", ()))
        self.alone = frozenset(table.get("stop", {}).get("alone", ()))


def entity_words(pack: LanguagePack) -> EntityWords:
    """The pack's words of entities."""
    return EntityWords(pack)


def agency_names(pack: LanguagePack) -> dict[str, str]:
    """Agencies by their sign in lower case, as they spell themselves."""
    return {agency.casefold(): agency for agency in pack.table("datelines").get("agencies", ())}


def _inflected(table: dict[str, Any]) -> dict[str, str]:
    endings = table.get("endings", [""])
    return {stem + ending: place for stem, place in table.items() if stem != "endings" for ending in endings}


class Reading:
    """A text's tokens and masks; finders read it and never change it."""

    def __init__(self, doc: Doc, pack: LanguagePack) -> None:
        self.text: Text = text_of(doc)
        self.tokens: Tokens = tokens_of(doc)
        self.table: EntityWords = pack.derived(entity_words)
        self.lexicon: Lexicon = pack.derived(lexicon)
        self.gazetteer: Gazetteer = pack.derived(gazetteer)
        self.offices: Offices = pack.derived(offices)
        self.words = self.tokens.words
        self.agencies: dict[str, str] = pack.derived(agency_names)
        know = self.lexicon.know
        self.masks = [know(word) if word[0].isupper() else 0 for word in self.words]

    def __len__(self) -> int:
        return len(self.words)

    def surface(self, first: int, last: int) -> str:
        return self.text.text[self.tokens.starts[first] : self.tokens.ends[last - 1]]

    def previous(self, i: int) -> str:
        """The word before, in the same sentence; "" at its start."""
        return self.words[i - 1] if i and self.tokens.sentence_of[i - 1] == self.tokens.sentence_of[i] else ""

    def following(self, i: int) -> str:
        """The word after, in the same sentence; "" at its end."""
        same = i + 1 < len(self.words) and self.tokens.sentence_of[i + 1] == self.tokens.sentence_of[i]
        return self.words[i + 1] if same else ""

    def joined(self, i: int) -> bool:
        """True where token i stands in the same sentence as i - 1, with no more than a blank between them."""
        same = 0 < i < len(self.words) and self.tokens.sentence_of[i - 1] == self.tokens.sentence_of[i]
        return same and self.tokens.starts[i] - self.tokens.ends[i - 1] <= 1

    @cached_property
    def dateline_end(self) -> int:
        return self.text.dateline.end if self.text.dateline else 0
