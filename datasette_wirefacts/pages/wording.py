"""Accept-Language -> Wording: the interface's words, numbers and dates in the reader's language."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LANGUAGES = ("en", "de")  # the first one is for everybody else
ISO_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?$")
OFFER = re.compile(r"\s*([A-Za-z*]{1,8})[\w-]*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")


class Wording:
    """The words of one language; called with a key, it gives the text."""

    def __init__(self, language: str, words: dict[str, Any]) -> None:
        self.language = language
        self.words = words

    def __call__(self, key: str, **values: Any) -> str:
        """The text for a key like "document.back"; with ``n``, its form for one or for several, with the number in it."""
        found = self._find(key)
        if isinstance(found, dict):
            found = found["one" if values["n"] == 1 else "other"]
        if "n" in values:
            values["n"] = self.number(values["n"])
        return str(found).format(**values)

    def _find(self, key: str) -> Any:
        found: Any = self.words
        for part in key.split("."):
            found = found[part]
        return found

    def name(self, group: str, value: Any) -> str:
        """The word for a value that a column holds, such as the kind "direct"; the value itself where there is none."""
        return str(self.words[group].get(str(value), value))

    def number(self, value: Any, digits: int = 6) -> str:
        """A number with the language's marks.

        >>> read_wording("de").number(1234567.5), read_wording("en").number(1234567.5), read_wording("en").number(None)
        ('1.234.567,5', '1,234,567.5', '')
        """
        if not isinstance(value, int | float):
            return "" if value is None else str(value)
        if abs(value) >= 1e15 or 0 < abs(value) < 1e-4:
            return f"{value:.4g}".replace(".", self.words["decimal"])
        shown = f"{value:,.{digits}f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
        return shown.translate({ord(","): self.words["group"], ord("."): self.words["decimal"]})

    def short(self, value: float) -> str:
        """A round number with a word for its magnitude, for the scale of a plot.

        >>> read_wording("de").short(2_500_000), read_wording("en").short(10**10), read_wording("en").short(20_000)
        ('2,5 Mio.', '10 bn', '20,000')
        """
        for name, size in (("trillions", 10**12), ("billions", 10**9), ("millions", 10**6)):
            if size <= abs(value) < size * 10**6:
                return str(self.words[name].format(self.number(round(value / size, 3))))
        return self.number(value)

    def date(self, iso: Any) -> str:
        """A date in words; anything else as it is.

        >>> read_wording("de").date("2024-10-16"), read_wording("en").date("2024-10"), read_wording("en").date("--10-16")
        ('16. Oktober 2024', 'October 2024', '--10-16')
        """
        match = ISO_DATE.match(str(iso or ""))
        if not match or not 1 <= int(match[2]) <= 12:
            return str(iso or "")
        month = self.words["months"][int(match[2]) - 1]
        return str(self.words["day"].format(day=int(match[3]), month=month, year=match[1]) if match[3] else f"{month} {match[1]}")


@cache
def read_wording(language: str) -> Wording:
    """The words of a language that we have."""
    return Wording(language, tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8")))


def wording_for(accepted: str | None) -> Wording:
    """The best of our languages for an Accept-Language header.

    >>> wording_for("fr, de-AT;q=0.8, en;q=0.5").language, wording_for(None).language, wording_for("de;q=0").language
    ('de', 'en', 'en')
    """
    offers = [OFFER.fullmatch(offer) for offer in (accepted or "")[:1000].split(",")]
    wanted = sorted(((float(m[2] or 1), m[1].lower()) for m in offers if m), key=lambda offer: -offer[0])
    return read_wording(next((language for q, language in wanted if q and language in LANGUAGES), LANGUAGES[0]))
