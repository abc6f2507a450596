"""Language pack -> the words of reporting, as sets that the finders of quotes ask."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from datasette_wirefacts.extractors.quotes.phrases import PhraseWords
from datasette_wirefacts.languages import LanguagePack
from datasette_wirefacts.words import table_words

ACTORS = ("person", "organisation", "group")


@dataclass(frozen=True, slots=True)
class QuoteWords:
    """The language's words of reporting, as sets."""

    laut: frozenset[str]
    after: frozenset[str]  # "nach": only before a carrier
    postposed: frozenset[str]
    so: frozenset[str]
    as_: frozenset[str]  # "wie"
    alone: frozenset[str]  # "demnach": cue, speaker and frame at once
    that: frozenset[str]
    tag_adverbs: frozenset[str]
    carriers: frozenset[str]
    cue_nouns: frozenset[str]
    named: frozenset[str]
    source_prepositions: frozenset[str]
    passive: frozenset[str]
    agent: frozenset[str]
    impersonal: frozenset[str]
    purpose: frozenset[str]
    carrier_endings: tuple[str, ...]
    subject_of_passive: frozenset[str]  # "zitieren": who is quoted speaks
    after_that: frozenset[str]  # "danach": mostly of time
    hearsay: frozenset[str]  # "soll"
    first_person: frozenset[str]
    demonstrative: frozenset[str]  # "dies": what the sentence before says
    indefinite: frozenset[str]
    like: frozenset[str]  # "als"
    actors: frozenset[str]  # head nouns of who can speak
    actor_endings: tuple[str, ...]
    time: frozenset[str]  # nouns of time
    definite: frozenset[str]  # articles, and prepositions that hold one
    like_source: frozenset[str]  # before a name: "laut", "wie"
    named_endings: tuple[str, ...]
    reflexive: frozenset[str]
    view_preposition: frozenset[str]  # "aus": before a noun of view
    views: frozenset[str]
    needs: dict[str, frozenset[str]]  # verb -> prepositions without which it reports nothing
    source_verbs: frozenset[str]  # "hervorgehen": the source stands behind a preposition
    rejecting: frozenset[str]  # whoever rejects a demand did not make it
    plain: frozenset[str]  # verbs that take a clause in the indicative: "sagte, das Geld ist da"
    own: frozenset[str]  # "eigenen"
    asker: frozenset[str]  # labels of whoever asks in an interview
    either_case: frozenset[str]  # pronouns that can be an object as well: "sie"
    toward: frozenset[str]  # "gegenüber"
    telling: frozenset[str]  # verbs that tell somebody (dative)
    asking: frozenset[str]  # verbs that ask or warn somebody (accusative)
    dative: frozenset[str]  # articles that can be a dative
    genitive_only: frozenset[str]
    addressed: frozenset[str]  # pronouns that can be addressed
    resolving: frozenset[str]  # weak cues that take an infinitive: "beschließen"
    slogans: frozenset[str]  # nouns of what is shouted or written up
    object_speaks: frozenset[str]  # "zitieren": whom it cites speaks
    degree: frozenset[str]  # "so dass": a consequence, no content
    talks: frozenset[str]  # "Gespräch": whoever stands behind "mit" asks the questions
    beside: frozenset[str]  # "mit"
    in_eyes_of: frozenset[str]  # "für": somebody thinks so
    documents: frozenset[str]
    document_endings: tuple[str, ...]
    names: frozenset[str]  # "Namen": marks behind a colon hold one
    known: tuple[str, ...]  # "bekannt": behind "als" and marks that hold a name
    habit: frozenset[str]  # "pflegte … zu sagen"
    shouted: frozenset[str]  # verbs beside which marks hold a cry: "rief „Hilfe“"
    wording: frozenset[str]  # "Passus": what is written somewhere


def quote_words(pack: LanguagePack) -> QuoteWords:
    """The pack's words, to be had by ``pack.derived(quote_words)``; a field that is not given here is the list of its own name."""

    def words(name: str, section: str = "words") -> frozenset[str]:
        return table_words(pack, "quotes", section, name)

    given: dict[str, Any] = dict(
        after=words("nach"),
        postposed=words("zufolge"),
        as_=words("wie"),
        alone=words("demnach"),
        carriers=words("carrier", "nouns"),
        cue_nouns=words("cue", "nouns"),
        named=words("named", "nouns"),
        source_prepositions=words("source_preposition"),
        carrier_endings=tuple(sorted(words("carrier_endings", "nouns"))),
        after_that=words("danach"),
        actors=frozenset(noun for kind in ACTORS for noun in table_words(pack, "speakers", kind, "heads")),
        actor_endings=tuple(sorted(end for kind in ACTORS for end in table_words(pack, "speakers", kind, "endings"))),
        time=words("time", "nouns"),
        like_source=words("laut") | words("wie"),
        named_endings=tuple(sorted(words("named_endings", "nouns"))),
        views=words("view", "nouns"),
        needs={verb: frozenset(found) for verb, found in pack.table("quotes").get("needs", {}).items()},
        source_verbs=words("source", "verbs"),
        rejecting=words("rejecting", "verbs"),
        plain=words("plain", "verbs"),
        telling=words("telling", "verbs"),
        asking=words("asking", "verbs"),
        resolving=words("resolving", "verbs"),
        slogans=words("slogan", "nouns"),
        talks=words("talk", "nouns"),
        documents=table_words(pack, "speakers", "document", "heads"),
        document_endings=tuple(sorted(table_words(pack, "speakers", "document", "endings"))),
        names=words("names", "nouns"),
        known=tuple(sorted(words("known"))),
        habit=words("habit", "verbs"),
        shouted=words("shouted", "verbs"),
        wording=words("wording", "nouns"),
    )
    given |= {field.name: words(field.name) for field in fields(QuoteWords) if field.name not in given}
    return QuoteWords(**given)


def phrase_words(pack: LanguagePack) -> PhraseWords:
    """The pack's words of noun phrases."""
    return PhraseWords(
        genitive=table_words(pack, "grammar", "words", "genitive"),
        of=table_words(pack, "grammar", "words", "of"),
        attribute=table_words(pack, "grammar", "words", "attribute"),
        genitive_endings=tuple(sorted(table_words(pack, "grammar", "words", "genitive_endings"))),
        months=table_words(pack, "quotes", "nouns", "time"),
        links=table_words(pack, "speakers", "words", "name_links"),
        never_subject=table_words(pack, "grammar", "words", "never_subject"),
    )
