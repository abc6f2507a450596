"""Language pack -> the nouns for who can speak: persons and their offices, organisations, documents, groups."""

from __future__ import annotations

from dataclasses import dataclass

from datasette_wirefacts.extractors.quotes.reading import Reading
from datasette_wirefacts.languages import LanguagePack


@dataclass(frozen=True, slots=True)
class NounTable:
    """Head nouns and endings by kind, and the words around names."""

    heads: dict[str, frozenset[str]]
    endings: dict[str, tuple[str, ...]]
    feminine: tuple[str, ...]
    masculine_pronouns: frozenset[str]
    feminine_pronouns: frozenset[str]
    latter: frozenset[str]
    this: frozenset[str]  # "dieser": of two the one named last
    works: frozenset[str]  # "studie": a document of its own, whoever has made it
    clubs: frozenset[str]  # "verein": its name begins with one of the next
    club_names: frozenset[str]  # "fc"
    leading: tuple[str, ...]  # ends of compounds with the body that somebody leads: "-chef"
    place_adjectives: tuple[str, ...]  # "Berliner"
    parts: frozenset[str]  # "drittel": nobody who speaks
    nations: tuple[str, ...]  # "-ische": of adjectives of nations
    own_documents: frozenset[str]  # "mitteilung": whoever is spoken of has made it
    mine: frozenset[str]  # "meine [Kollegin]"
    relative: frozenset[str]  # "amtskollege": an office that says nothing of its own
    quantifiers: frozenset[str]  # "viele": belongs to the name
    titles: dict[str, str]
    offices: dict[str, frozenset[str]]  # description -> the offices that it can name
    singular: frozenset[str]  # articles before one person
    genitive_article: str
    aged: tuple[str, ...]  # "-jährige"
    neutral: tuple[str, ...]  # masculine nouns that say little: "-forscher"
    distinct: tuple[str, ...]  # feminine nouns of an office that another may hold: "-ministerin"
    shared: tuple[str, ...]  # ends of compounds that mean the same office: "-chef"
    firms: frozenset[str]
    she_articles: frozenset[str]
    articles: dict[str, str]  # article -> grammatical gender
    possessives: dict[str, str]  # form -> gender of the owner


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
        this=frozenset(words.get("this", ())),
        works=frozenset(words.get("works", ())),
        clubs=frozenset(words.get("clubs", ())),
        club_names=frozenset(words.get("club_names", ())),
        leading=tuple(words.get("leading", ())),
        place_adjectives=tuple(words.get("place_adjectives", ())),
        parts=frozenset(words.get("parts", ())),
        nations=tuple(words.get("nations", ())),
        own_documents=frozenset(words.get("own_documents", ())),
        mine=frozenset(words.get("mine", ())),
        relative=frozenset(words.get("relative", ())),
        quantifiers=frozenset(words.get("quantifiers", ())),
        titles=dict(words.get("titles", {})),
        offices=_offices(table.get("offices", {}), tuple(words.get("feminine_suffix", ()))),
        singular=frozenset(words.get("singular", ())),
        genitive_article=str(words.get("genitive_article", "")),
        aged=tuple(words.get("aged", ())),
        neutral=tuple(words.get("neutral", ())),
        distinct=tuple(words.get("distinct", ())),
        shared=tuple(words.get("shared", ())),
        firms=frozenset(words.get("firms", ())),
        she_articles=frozenset(words.get("articles", {}).get("f", ())),
        articles={form: gender for gender, forms in words.get("articles", {}).items() for form in forms},
        possessives={form: gender for gender, forms in words.get("possessives", {}).items() for form in forms},
    )


def office_at(reading: Reading, nouns: NounTable, i: int) -> bool:
    """Whether the token is a noun for a person by office or trade."""
    if i < 0:
        return False
    norm = reading.text.norms[i]
    return norm in nouns.heads["person"] or norm.endswith(nouns.endings["person"]) or norm.endswith(nouns.feminine)


def same_office(nouns: NounTable, head: str, office: str) -> bool:
    """Whether a description's head noun can name an office: the same word, the end of a compound, or by the table."""
    if head == office or (office.endswith(head) and len(head) > 4) or (head.endswith(office) and len(office) > 4):
        return True
    if any(head.endswith(end) and office.endswith(end) for end in nouns.shared):
        return True
    return bool(nouns.offices.get(head, frozenset()) & nouns.offices.get(office, frozenset()))


def _offices(table: dict[str, list[str]], feminine: tuple[str, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for office, words in table.items():
        for word in words:
            for form in (word, *(word + suffix for suffix in feminine)):
                found.setdefault(form, set()).add(office)
    return {form: frozenset(offices) for form, offices in found.items()}
