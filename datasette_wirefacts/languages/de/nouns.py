"""German nouns: the nominative of a form."""

from __future__ import annotations

LONG_GENITIVE = ("amtes", "bundes", "landes", "bandes", "standes", "rates", "richtes", "dienstes", "werkes", "hauses")
# Nouns that are declined as adjectives: "der Angeklagte", "ein Angeklagter".
ADJECTIVAL = (
    "klagte", "digte", "dächtige", "ordnete", "sitzende", "beamte", "auftragte", "jährige", "kannte", "suchte", "letzte",
    "storbene", "wandte", "teiligte", "troffene",
)  # fmt: skip
SHORT_GENITIVE = ("tes", "des", "ges", "ches", "nes")


def nominative(noun: str, article: str) -> str:
    """A noun without its genitive ending (behind ``des``, ``eines``) or as an adjective without article; others as they are.

    >>> nominative("Sprechers", "eines"), nominative("Ausschusses", "des"), nominative("Polizei", "der")
    ('Sprecher', 'Ausschuss', 'Polizei')
    >>> nominative("Mieterbundes", "des"), nominative("Messegeländes", "des")
    ('Mieterbund', 'Messegelände')
    >>> nominative("Angeklagte", "der"), nominative("Vorsitzenden", "dem"), nominative("Bote", "der")
    ('Angeklagter', 'Vorsitzender', 'Bote')
    """
    if (
        article in ("der", "dem", "des")
        and noun.removesuffix("n").endswith(ADJECTIVAL)
        and (article == "der") != noun.endswith("n")
    ):
        return noun.removesuffix("n") + "r"
    if not article.endswith("es") or not noun.endswith("s"):
        return noun
    if noun.endswith("ses"):
        return noun[:-2]
    if noun.endswith(LONG_GENITIVE):
        return noun[:-2]
    return noun[:-2] if noun.endswith(SHORT_GENITIVE) and len(noun) < 9 else noun[:-1]
