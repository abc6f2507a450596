"""Doc -> facts: the extractors, built-in and plugged in, and the order in which they run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any

from datasette_wirefacts.errors import ExtractorError

RESERVED = frozenset({"id", "language", "dateline", "repeats", "failures"})  # what the JSON object of a text says beside facts


@dataclass(frozen=True, slots=True)
class Extractor:
    """A kind of fact and the function that finds it.

    ``extract(doc, pack, *needed)`` yields facts; it keeps no state and knows no database. ``needs`` names the extractors whose
    facts it is handed, in that order. ``fact`` is the dataclass of a plugged-in kind; its fields, which hold what JSON can say
    and decimals, become columns.
    """

    name: str
    extract: Callable[..., Iterable[Any]]
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] | None = None  # None: every language
    fact: type | None = None
    version: str = "1"

    def __post_init__(self) -> None:
        """Lists are taken for tuples: pipelines are compared and hashed by their extractors."""
        object.__setattr__(self, "needs", _names(self.needs))
        if self.languages is not None:
            object.__setattr__(self, "languages", _names(self.languages))


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """
    >>> _names(["de", "fr"]), _names("de")
    (('de', 'fr'), ('de',))
    """
    return (names,) if isinstance(names, str) else tuple(names)


def built_in() -> list[Extractor]:
    """The extractors of this package."""
    from datasette_wirefacts.extractors.entities import extract_entities
    from datasette_wirefacts.extractors.figures import extract_figures
    from datasette_wirefacts.extractors.quotes import extract_quotes
    from datasette_wirefacts.extractors.roles import extract_roles

    return [
        Extractor("entities", extract_entities),
        Extractor("roles", extract_roles, needs=("entities",)),
        Extractor("quotes", extract_quotes, needs=("entities", "roles")),
        Extractor("figures", extract_figures),
    ]


def gather_extractors(datasette: Any = None) -> tuple[Extractor, ...]:
    """All registered extractors, each after those that it needs. Raises ExtractorError on a name used twice or a need unmet."""
    return in_order([e for found in call_hook("register_wirefacts_extractors", datasette) for e in found])


def gather_languages(datasette: Any = None) -> tuple[Path, ...]:
    """The language folders of other plugins."""
    return tuple(Path(path) for found in call_hook("register_wirefacts_languages", datasette) for path in found)


def call_hook(name: str, datasette: Any) -> list[Any]:
    """The results of one of our hooks; awaitable ones are awaited on a loop of their own."""
    from datasette.plugins import pm

    return [resolved(result) for result in getattr(pm.hook, name)(datasette=datasette)]


def resolved(result: Any) -> Any:
    """The list itself, or what the awaitable function returns."""
    if callable(result):
        result = result()
    if not inspect.isawaitable(result):
        return result

    async def waited() -> Any:
        return await result

    return asyncio.run(waited())


def in_order(extractors: Sequence[Extractor]) -> tuple[Extractor, ...]:
    """The extractors by name, each behind its needs."""
    by_name: dict[str, Extractor] = {}
    for extractor in extractors:
        if extractor.name in by_name:
            raise ExtractorError(f"Two extractors are called {extractor.name!r}: rename one of them, or uninstall a plugin.")
        if extractor.name in RESERVED:
            raise ExtractorError(
                f"No extractor can be called {extractor.name!r}, which is a key of the facts of every text: rename it."
            )
        if extractor.fact is not None and not is_dataclass(extractor.fact):
            raise ExtractorError(f"The facts of the extractor {extractor.name!r} are no dataclass but {extractor.fact!r}.")
        by_name[extractor.name] = extractor
    done: dict[str, Extractor] = {}
    waiting = sorted(by_name)
    while waiting:
        ready = [name for name in waiting if all(need in done for need in by_name[name].needs)]
        if not ready:
            name = waiting[0]
            raise ExtractorError(
                f"The extractor {name!r} needs {by_name[name].needs}, which nobody registers without needing it in turn."
            )
        done.update((name, by_name[name]) for name in ready)
        waiting = [name for name in waiting if name not in done]
    return tuple(done.values())
