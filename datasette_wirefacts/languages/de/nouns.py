"""German nouns: the nominative of a form."""

from __future__ import annotations

LONG_GENITIVE = ("amtes", "bundes", "landes", "bandes", "standes", "rates", "richtes", "dienstes", "werkes", "hauses")
SHORT_GENITIVE = ("tes", "des", "ges", "ches", "nes")


def nominative(noun: str, article: str) -> str:
    """A masculine or neuter noun behind ``des``, ``eines`` without its genitive ending; others as they are.

    >>> nominative("Sprechers", "eines"), nominative("Ausschusses", "des"), nominative("Polizei", "der")
    ('Sprecher', 'Ausschuss', 'Polizei')
    >>> nominative("Mieterbundes", "des"), nominative("Messegeländes", "des")
    ('Mieterbund', 'Messegelände')
    """
    if not article.endswith("es") or not noun.endswith("s"):
        return noun
    if noun.endswith("ses"):
        return noun[:-2]
    if noun.endswith(LONG_GENITIVE):
        return noun[:-2]
    return noun[:-2] if noun.endswith(SHORT_GENITIVE) and len(noun) < 9 else noun[:-1]
