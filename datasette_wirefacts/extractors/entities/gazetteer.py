"""Name -> Place: countries, regions and cities with their codes.

Countries and regions come from the table ``entities`` and the file ``regions.tsv`` (CLDR), cities from ``places.npy`` (GeoNames).
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from pathlib import Path
from typing import NamedTuple

from datasette_wirefacts.languages import LanguagePack
from datasette_wirefacts.names import fold


class Place(NamedTuple):
    """A place's code with its scheme ("iso3166-2:BY-MA"), and its country; None where not certain."""

    code: str | None = None
    country: str | None = None
    certain: bool = True  # no other city of that name comes near it


class Gazetteer:
    """The places of one language; regions are read on first use, cities are mapped."""

    def __init__(self, pack: LanguagePack) -> None:
        own = pack.table("entities").get("places", {}).get("names", {})
        self.names = _countries(pack.file("regions.tsv")) | {name: _place(code) for name, code in own.items()}
        self._regions: dict[str, set[Place]] | None = None
        self._regions_file = pack.file("regions.tsv")
        self._kinds = frozenset(fold(kind) for kind in pack.table("entities").get("places", {}).get("kinds_kept", {}).values())
        self._open(pack.file("places.npy"))

    def _open(self, path: Path | None) -> None:
        self._keys: memoryview | tuple[int, ...] = ()
        if path is not None:
            import numpy as np

            rows = np.load(path, mmap_mode="r")
            self._keys, self._numbers, self._rest = (memoryview(rows[n]) for n in range(3))

    def city(self, name: str) -> Place | None:
        """The biggest city of that name."""
        key = zlib.crc32(name.encode("utf-8", "replace"))
        at = bisect_left(self._keys, key)
        if at >= len(self._keys) or self._keys[at] != key:
            return None
        rest = self._rest[at]
        return Place(f"geonames:{self._numbers[at]}", chr(rest >> 24) + chr(rest >> 16 & 255), bool(rest >> 8 & 255))

    def find(self, name: str) -> Place | None:
        """The country, region or city of that name."""
        known: Place | None = self.names.get(name)
        return known or self.city(name)

    def region(self, kind: str, name: str) -> Place | None:
        """The subdivision that is the only one of that name: "Gebiet Mogiljow", "Region Chabarowsk"."""
        exact: Place | None = self.names.get(f"{kind} {name}")
        if exact is not None:
            return exact
        if self._regions is None:
            self._regions = _subdivisions(self._regions_file)
        found = self._regions.get(fold(name), set())
        if len(found) == 1:
            return next(iter(found))
        city = self.city(name)
        countries = {place.country for place in found} or {city.country if city else None}
        return Place(None, countries.pop()) if len(countries) == 1 else None


def gazetteer(pack: LanguagePack) -> Gazetteer:
    """The pack's gazetteer."""
    return Gazetteer(pack)


def _place(code: str) -> Place:
    return Place(code, code.partition(":")[2][:2]) if code else Place()


def _rows(path: Path | None) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()] if path else []


def _countries(path: Path | None) -> dict[str, Place]:
    return {name: Place(code if country else None, country or None) for name, code, country in _rows(path) if "3166-2" not in code}


def _subdivisions(path: Path | None) -> dict[str, set[Place]]:
    """By the folded first word of their name, and by the whole name: "Khabarovsk Krai"."""
    found: dict[str, set[Place]] = {}
    for name, code, country in _rows(path):
        if "3166-2" in code:
            for key in {fold(name), fold(name.split()[0])}:
                found.setdefault(key, set()).add(Place(code, country))
    return found
