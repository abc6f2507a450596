"""German number words -> values: `dreiundzwanzig`, `zweieinhalb`, `fünfte`, `Drittel`.

A grammar, not a list: a number is [below 1000] "tausend" [below 1000], below 1000 is [below 100] "hundert" [below 100],
and below 100 the words are written out once. All words come in lower case; ß, ü and ö may be written ss, ue and oe.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

LONGEST = 120
ONES = ("", "ein", "zwei", "drei", "vier", "fuenf", "sechs", "sieben", "acht", "neun")
TEENS = ("zehn", "elf", "zwoelf", "dreizehn", "vierzehn", "fuenfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn")
TENS = ("", "", "zwanzig", "dreissig", "vierzig", "fuenfzig", "sechzig", "siebzig", "achtzig", "neunzig")
ENDINGS = ("en", "er", "es", "em", "e")
IRREGULAR = {"erst": "eins", "dritt": "drei", "siebt": "sieben", "siebent": "sieben", "acht": "acht"}
LARGE = {"millionst": Decimal(10**6), "milliardst": Decimal(10**9), "billionst": Decimal(10**12)}
HALF = Decimal("0.5")
SHORT = {
    "anderthalb": Decimal("1.5"),
    "einundhalb": Decimal("1.5"),
    "dreiviertel": Decimal("0.75"),
    "zweier": Decimal(2),
    "dreier": Decimal(3),
}
# What a number word or a word with a number in front begins with.
BEGINNINGS = frozenset(
    """nul ein zwe zwo zwö dre vie fün fue sec sie ach neu zeh elf zwa hun tau and ers dri mil bil""".split()  # noqa: SIM905
)


def _below_hundred() -> dict[str, int]:
    values = {word: value for value, word in enumerate(ONES) if word} | {word: 10 + n for n, word in enumerate(TEENS)}
    for ten, word in enumerate(TENS[2:], 2):
        values[word] = ten * 10
        values |= {f"{one}und{word}": ten * 10 + value for value, one in enumerate(ONES) if one}
    return values | {"eins": 1, "zwo": 2}


BELOW_HUNDRED = _below_hundred()


def folded(word: str) -> str:
    """The spelling that the grammar knows."""
    return word if word.isascii() else word.replace("ß", "ss").replace("ü", "ue").replace("ö", "oe")


@lru_cache(maxsize=8192)
def number_word(word: str) -> Decimal | None:
    """The value of a number word written in one, else None.

    >>> number_word("siebenhundertfünfundzwanzigtausend"), number_word("zweieinhalb"), number_word("eine")
    (Decimal('725000'), Decimal('2.5'), None)
    """
    if word[:3] not in BEGINNINGS or len(word) > LONGEST or word == "ein":
        return None
    word = folded(word)
    if word in SHORT:
        return SHORT[word]
    if word.endswith("einhalb"):
        whole = _whole(word.removesuffix("einhalb").removesuffix("und"))
        return None if whole is None else whole + HALF
    value = _whole(word)
    return None if value is None else Decimal(value)


def _whole(word: str) -> int | None:
    if word == "null":
        return 0
    if "tausend" not in word:
        return _below_thousand(word)
    thousands, _, rest = word.partition("tausend")
    high = _below_thousand(thousands) if thousands else 1
    low = _below_thousand(rest.removeprefix("und")) if rest else 0
    return None if high is None or low is None else high * 1000 + low


def _below_thousand(word: str) -> int | None:
    hundreds, hundred, rest = word.partition("hundert")
    if not hundred:
        return BELOW_HUNDRED.get(word)
    high = BELOW_HUNDRED.get(hundreds) if hundreds else 1
    low = BELOW_HUNDRED.get(rest.removeprefix("und")) if rest else 0
    return None if high is None or low is None else high * 100 + low


@lru_cache(maxsize=4096)
def ordinal_word(word: str) -> Decimal | None:
    """The value of an ordinal word in any adjective form, also `dritt` (`zu dritt`).

    >>> ordinal_word("einhunderteinunddreißigste"), ordinal_word("achten"), ordinal_word("leiste")
    (Decimal('131'), Decimal('8'), None)
    """
    ending = next((e for e in ENDINGS if word.endswith(e)), "")
    return ordinal_stem(folded(word.removesuffix(ending)))


def ordinal_stem(stem: str) -> Decimal | None:
    """The value of an ordinal without its adjective ending: `fünft`, `zwanzigst`."""
    if not stem.endswith("t") or len(stem) > LONGEST:
        return None
    if stem in LARGE:
        return LARGE[stem]
    for irregular, cardinal in IRREGULAR.items():
        if stem.endswith(irregular) and (value := _whole(stem.removesuffix(irregular) + cardinal)) is not None:
            return Decimal(value)
    value = _whole(stem.removesuffix("t"))
    if value is not None and 0 < value % 100 < 20 and value % 100 not in (1, 3):
        return Decimal(value)
    value = _whole(stem.removesuffix("st")) if stem.endswith("st") else None
    return Decimal(value) if value is not None and not 0 < value % 100 < 20 else None


def fraction_word(word: str) -> Decimal | None:
    """What `drittel` and `hundertsteln` divide by.

    >>> fraction_word("zehntel"), fraction_word("mittel")
    (Decimal('10'), None)
    """
    word = folded(word).removesuffix("n").removesuffix("s")
    return ordinal_stem(word.removesuffix("el")) if word.endswith("tel") else None


def number_beginnings() -> frozenset[str]:
    """The first three letters of every word that may be a number."""
    return BEGINNINGS
