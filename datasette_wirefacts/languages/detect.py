"""Text -> BCP 47 tag, by counting frequent function words (table ``detect``)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from datasette_wirefacts.languages import LanguagePack, load_pack

WORD = re.compile(r"[^\W\d_]{1,30}")
LOOKED_AT = 5_000  # characters
UNKNOWN = "und"  # BCP 47 for an undetermined language


def detect_language(text: str) -> str:
    """The language whose function words are the most, "und" where two have as many or fewer than one word in twenty is one.

    >>> detect_language("Die Regierung hat den Entwurf am Freitag nicht in das Parlament eingebracht.")
    'de'
    >>> detect_language("4711"), detect_language("Es regnet.")
    ('und', 'und')
    """
    words = [word.lower() for word in WORD.findall(unicodedata.normalize("NFC", text[:LOOKED_AT]))]
    owners = load_pack("default").derived(_owners)
    counts = Counter(language for word in words for language in owners.get(word, ()))
    if not counts:
        return UNKNOWN
    (language, count), *others = counts.most_common(2)
    clear = count * 20 >= len(words) and all(other < count for _, other in others)
    return language if clear else UNKNOWN


def _owners(pack: LanguagePack) -> dict[str, tuple[str, ...]]:
    """Each function word with the languages that have it."""
    table: dict[str, list[str]] = pack.table("detect").get("words", {})
    words = sorted({word for words in table.values() for word in words})
    return {word: tuple(language for language in table if word in table[language]) for word in words}
