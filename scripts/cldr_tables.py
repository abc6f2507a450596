"""Babel's CLDR data -> languages/de/cldr.json: unit, currency, month, day and scale names with their inflected forms.

Run at development time: `python scripts/cldr_tables.py` (dependency group `data`). Babel drops the oblique cases of German
unit patterns; they are made here by rule: dative plural -n, genitive -s or -es, adjectives in all their endings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.core import get_global

HERE = Path(__file__).parent.parent / "datasette_wirefacts" / "languages"
LENGTHS = ("long", "short", "narrow")
# Units that the language's own table treats, or that no dispatch means by these names.
LEFT_OUT = {
    "temperature-generic",
    "concentr-item",
    "concentr-portion-per-1e9",
    "graphics-dot",
    "graphics-em",
    "concentr-percent",
    "concentr-permille",
}
PERSONS = "-person"
ADJECTIVE = ("e", "en", "er", "es", "em")
RETIRED = (
    "DEM",
    "ATS",
    "ITL",
    "FRF",
    "NLG",
    "BEF",
    "ESP",
    "HRK",
    "SUR",
    "DDM",
    "GRD",
    "PTE",
    "FIM",
    "IEP",
    "LTL",
    "LVL",
    "EEK",
    "SKK",
    "SIT",
)


def main() -> None:
    data = Locale("de")._data
    names: dict[str, str] = {}
    symbols: dict[str, str] = {}
    # Long names first: where a narrow symbol of one unit is another's ("J"), the better known form wins.
    for length in LENGTHS:
        for unit, patterns in data["unit_patterns"].items():
            if unit in LEFT_OUT or unit.endswith(PERSONS) or (length == "narrow" and unit.startswith("duration-")):
                continue
            for form in unit_forms(patterns.get(length) or {}):
                add_unit(form, unit.split("-", 1)[1], names, symbols)
    table = {
        "units": swiss(names),
        "symbols": symbols,
        "currencies": swiss(currencies(data)),
        "currency_symbols": currency_symbols(data),
        "codes": sorted(current_currencies()),
        "months": {
            name.lower(): int(number)
            for width in ("wide", "abbreviated")
            for number, name in data["months"]["format"][width].items()
        },
        "scales": scales(data),
    }
    path = HERE / "de" / "cldr.json"
    path.write_text(json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")
    print(path, path.stat().st_size, "bytes", {key: len(value) for key, value in table.items()})


def swiss(names: dict[str, str]) -> dict[str, str]:
    """The names with ß written ss beside those that have it."""
    return {name.replace("ß", "ss"): unit for name, unit in names.items()} | names


def add_unit(form: str, unit: str, names: dict[str, str], symbols: dict[str, str]) -> None:
    if "-" in form and form.islower():
        return  # "acceleration-g-force": a key of the data base where a name is missing
    if is_name(form):
        for inflected in noun_forms(form):
            names.setdefault(inflected.lower(), unit)
    else:
        symbols.setdefault(form, unit)


def unit_forms(patterns: dict[str, str]) -> Iterator[str]:
    """The unit's written forms: what stands behind {0}."""
    for plural in ("one", "other"):
        before, _, after = patterns.get(plural, "").partition("{0}")
        if after.strip() and not before.strip():
            yield after.strip()


def is_name(form: str) -> bool:
    """True for a word with inflection, False for a symbol or an abbreviation."""
    head = form.split()[0]
    return (
        len(head) > 2
        and head.isalpha()
        and (head.istitle() or " " in form)
        and not form.endswith(".")
        and head not in ("Imp", "Dots")
    )


def noun_forms(name: str) -> Iterator[str]:
    """The name and its oblique cases; the first word inflects, or the second behind an adjective."""
    yield name
    words = name.split(" ")
    if len(words) > 1 and words[0].endswith("e") and words[1].istitle():
        for ending in ADJECTIVE:
            yield from (" ".join([words[0][:-1] + ending, noun, *words[2:]]) for noun in cases(words[1]))
    else:
        yield from (" ".join([noun, *words[1:]]) for noun in cases(words[0]))


def cases(noun: str) -> Iterator[str]:
    """The noun with the endings of dative plural and genitive singular that its own ending allows."""
    yield noun
    if noun.endswith(("er", "el", "e")):
        yield noun + "n"
    if not noun.endswith(("s", "e", "en", "ß", "z", "ung", "heit", "i", "a")):
        yield noun + "s"
    if noun.endswith(("Jahr", "jahr", "Tag", "Monat", "hundert", "zehnt")):
        yield noun + "es"


def current_currencies() -> set[str]:
    """The codes that are legal tender somewhere now, and the retired ones that news still names."""
    tender = get_global("territory_currencies")
    return {code for rows in tender.values() for code, _, end, is_tender in rows if end is None and is_tender} | set(RETIRED)


def currencies(data: dict[str, dict[str, object]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for code in sorted(current_currencies()):
        forms = {data["currency_names"].get(code), *dict(data["currency_names_plural"].get(code) or {}).values()} - {None}
        for form in forms:
            plain = str(form).split(" (")[0]
            for inflected in currency_forms(plain):
                found.setdefault(inflected.lower(), code)
    return found


def currency_forms(name: str) -> Iterator[str]:
    """`Dänische Krone` in all cases; every adjective takes the same ending, `Schweizer` takes none."""
    words = name.split(" ")
    adjectives, noun = words[:-1], words[-1]
    yield name
    if not adjectives or "-" in noun:
        yield from cases(noun) if not adjectives else ()
    for ending in ADJECTIVE:
        inflected = [a if a in ("Schweizer", "Hongkong") else inflect(a, ending) for a in adjectives]
        for form in cases(noun):
            yield " ".join([*inflected, form])


def inflect(adjective: str, ending: str) -> str:
    for old in ("er", "es", "e"):
        if adjective.endswith(old):
            return adjective.removesuffix(old) + ending
    return adjective


def currency_symbols(data: dict[str, dict[str, str]]) -> dict[str, str]:
    known = current_currencies()
    return {symbol: code for code, symbol in sorted(data["currency_symbols"].items()) if code in known and symbol != code}


def scales(data: dict[str, dict[str, object]]) -> dict[str, int]:
    """`Mio.` and `Millionen` with the power of ten that CLDR's compact formats give them."""
    found: dict[str, int] = {}
    for formats in data["compact_decimal_formats"].values():
        for plural in dict(formats).values():
            for size, pattern in dict(plural).items():
                text = str(getattr(pattern, "pattern", pattern)).replace("'", "")
                word = text.strip("0").strip()
                if word:
                    found.setdefault(word.lower(), len(size) - 1 - (text.count("0") - 1))
    return found


if __name__ == "__main__":
    main()
