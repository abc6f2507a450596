"""Name -> key: two spellings of one name have one key, or keys that are close.

``canonical`` is what ``wire_canonical`` calls, ``similar`` what ``wire_similar`` calls; the words of title and article are in the
tables ``entities`` and ``roles`` of the language, the rules of spelling are those below.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from datasette_wirefacts.languages import LanguagePack, load_pack

LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "a", "œ": "o", "þ": "th", "ə": "a"})
# How the languages of Europe write one sound, brought to one letter; in this order.
SPELLINGS = (
    (r"schtsch|shtsh|shch|shh|šč|szcz|щ", "q"),
    (r"tsch|tch|tsh|cz|č|ć|ç", "ch"),
    (r"sch|sh|sz|š|ş|ś|zh|ž|ż", "s"),
    (r"kh|ch|x", "h"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"ck|q(?=u)|c(?![eiy])", "k"),
    (r"tz|ts|z|c", "s"),
    (r"(?<=[aeiouy])(?:ff|v|w|f)\b", "v"),
    (r"w", "v"),
    (r"ou", "u"),
    (r"(?<![aeiou])(?:jo|yo|io)(?=\w)", "e"),
    (r"\b(?:je|ye)", "e"),
    (r"ij|iy|yi|yj|ji|ii|j|y", "i"),
    (r"(?<=[aeou])e(?=[bcdfghklmnprstv])", ""),
    (r"i(?=[eaou]\w)", ""),
    (r"(?:o|e)v\b", "ov"),
    (r"gh|g", "h"),
    (r"(.)\1+", r"\1"),
)
LONGEST_NAME = 200  # characters; comparing takes time with the square of it
COMPILED = tuple((re.compile(pattern), to) for pattern, to in SPELLINGS)


def fold(name: str) -> str:
    """A name's key: without case, accents and the differences between transcriptions.

    >>> fold("Chabarowsk") == fold("Khabarovsk")
    True
    >>> fold("Demeschin") == fold("Demeshin")
    True
    >>> fold("Müller") == fold("Mueller") == fold("MÜLLER")
    True
    """
    return _known_fold(name) if len(name) <= LONGEST_NAME else _fold(name)


def _fold(name: str) -> str:
    lowered = name.casefold().translate(LETTERS)
    for pattern, to in COMPILED[:3]:
        lowered = pattern.sub(to, lowered)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if c.isalnum() or c in " -")
    for pattern, to in COMPILED[3:]:
        plain = pattern.sub(to, plain)
    return " ".join(plain.replace("-", " ").split())


_known_fold = lru_cache(maxsize=20_000)(_fold)


def canonical(name: str, language: str = "de") -> str:
    """The key of a name without title, article and genitive.

    >>> canonical("Bundeskanzlerin Angela Merkel") == canonical("Angela Merkels")
    True
    >>> canonical("Engels") == canonical("Engel")
    False
    """
    # Only here: the modules of entities use ``fold``.
    from datasette_wirefacts.extractors.entities.lexicon import GENITIVE, lexicon

    pack = load_pack(language)
    words = name.split()
    while len(words) > 1 and _leads(words[0], pack):
        del words[0]
    if words and (words[-1][-1] in "'’" or pack.derived(lexicon).know(words[-1]) & GENITIVE):
        words[-1] = words[-1][:-1]
    return fold(" ".join(words))


def _leads(word: str, pack: LanguagePack) -> bool:
    """True for a word before a name that is no part of it: article, address, office, adjective of an office."""
    from datasette_wirefacts.extractors.offices import offices

    around, persons = pack.table("roles").get("around", {}), pack.table("entities").get("persons", {})
    address = (entry for key in ("address", "address_m", "address_f") for entry in persons.get(key, ()))
    known = pack.derived(offices)
    return word.lower() in around.get("articles", ()) or word in address or known.is_modifier(word) or known.find(word) is not None


def similar(a: str, b: str, language: str = "de") -> float:
    """How alike two names are, from 0 to 1; 1 means one key. Of a long one the first LONGEST_NAME characters are compared."""
    return alike(canonical(a[:LONGEST_NAME], language), canonical(b[:LONGEST_NAME], language))


def alike(a: str, b: str) -> float:
    """How alike two keys are, from 0 to 1."""
    if a == b:
        return 1.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > 0.5 and matcher.quick_ratio() > 0.5 else matcher.quick_ratio()
