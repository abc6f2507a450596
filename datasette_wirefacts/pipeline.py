"""Text in, all facts out: reads, runs the extractors, and joins their facts (figure inside a quote, speaker's claim)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette_wirefacts.docs import reading
from datasette_wirefacts.errors import InputError
from datasette_wirefacts.extractors import Extractor, gather_extractors, gather_languages
from datasette_wirefacts.facts import Entity, Facts, Failure, Figure, Quote, Span
from datasette_wirefacts.languages import HERE, LanguagePack, language_tag, load_pack
from datasette_wirefacts.languages.detect import detect_language
from datasette_wirefacts.nesting import Nest
from datasette_wirefacts.rows import plain
from datasette_wirefacts.texts import read_text

if TYPE_CHECKING:
    from spacy.tokens import Doc

ENGINES = ("fast", "full")
OWN_KINDS = frozenset({"entities", "roles", "quotes", "figures"})  # with a class and a place among the facts of their own


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What turns a text into facts: extractors in order, language folders, engine ("fast" or "full"), spaCy pipeline if any."""

    extractors: tuple[Extractor, ...]
    languages: tuple[Path, ...] = ()
    engine: str = "full"
    model: str | None = None

    def extract(self, source: str, *, language: str | None = None, published: str | None = None, title: str | None = None) -> Facts:
        """The facts of one text. No text raises: an extractor that fails costs only its own facts and is named in ``failures``.

        Raises InputError on a ``language`` that is no tag.
        """
        pack = load_pack(detect_language(source) if language is None else language_tag(language), self.languages)
        text = read_text(source, pack, title=title, published=published)
        with reading(text, pack, self.model) as doc:
            doc.user_data["wirefacts_engine"] = self.engine
            made, failures = _run(self.extractors, doc, pack)
        spoken = _Spoken(text.silent)
        quotes = _spoken_quotes(made.pop("quotes", ()), spoken)
        entities = _spoken_entities(made.pop("entities", ()), spoken)
        return Facts(
            language=pack.code,
            dateline=text.dateline,
            repeats=text.repeats,
            quotes=quotes,
            figures=_join_figures([f for f in made.pop("figures", ()) if spoken(f.start)], quotes),
            entities=entities,
            roles=tuple(r for r in made.pop("roles", ()) if spoken(r.start)),
            others={name: tuple(f for f in facts if _stays(f, spoken)) for name, facts in made.items()},
            failures=tuple(failures),
            silent=text.silent,
        )

    def damage(self) -> str | None:
        """What is wrong with the models that this pipeline should read with, as a sentence for the user; None: nothing."""
        from datasette_wirefacts.extractors.entities.model import damage

        if self.engine != "full" or self.model is not None:
            return None
        codes = {folder.name for folder in (*HERE.iterdir(), *self.languages) if (folder / "entities.toml").exists()}
        return next((said for code in sorted(codes) if (said := damage(load_pack(code, self.languages)))), None)


def make_pipeline(engine: str = "full", model: str | None = None, datasette: Any = None) -> Pipeline:
    """A pipeline of everything that is registered. Raises InputError on an engine that does not exist."""
    if engine not in ENGINES:
        raise InputError(f"There is no engine {engine!r}: choose {' or '.join(ENGINES)}.")
    return Pipeline(gather_extractors(datasette), gather_languages(datasette), engine, model)


def _run(extractors: Sequence[Extractor], doc: Doc, pack: LanguagePack) -> tuple[dict[str, tuple[Any, ...]], list[Failure]]:
    made: dict[str, tuple[Any, ...]] = {}
    failures = []
    for extractor in extractors:
        if extractor.languages is not None and pack.code not in extractor.languages:
            continue
        try:
            made[extractor.name] = tuple(extractor.extract(doc, pack, *(made.get(need, ()) for need in extractor.needs)))
            if extractor.name not in OWN_KINDS:
                plain(made[extractor.name])  # raises where a fact holds what neither JSON nor a table can say
        except Exception as error:  # whatever a plugged-in extractor raises must cost its own facts only
            made[extractor.name] = ()
            failures.append(Failure(extractor=extractor.name, message=f"{type(error).__name__}: {error}"))
    return made, failures


class _Spoken:
    """Tells whether an offset lies outside the silent stretches."""

    def __init__(self, silent: Sequence[Span]) -> None:
        self.starts = [start for start, _ in silent]
        self.ends = [end for _, end in silent]

    def __call__(self, offset: int) -> bool:
        i = bisect_right(self.starts, offset) - 1
        return i < 0 or offset >= self.ends[i]


def _stays(fact: Any, spoken: _Spoken) -> bool:
    """Whether a plugged-in fact is kept: always where it has no place in the text."""
    start = getattr(fact, "start", None)
    return not isinstance(start, int) or spoken(start)


def _spoken_quotes(quotes: Sequence[Quote], spoken: _Spoken) -> tuple[Quote, ...]:
    """The quotes outside repeats, with ``nested_in`` renumbered."""
    kept = [i for i, quote in enumerate(quotes) if spoken(quote.start)]
    position: dict[int | None, int] = {old: new for new, old in enumerate(kept)}
    return tuple(replace(quotes[i], nested_in=position.get(quotes[i].nested_in)) for i in kept)


def _spoken_entities(entities: Sequence[Entity], spoken: _Spoken) -> tuple[Entity, ...]:
    kept = [replace(e, mentions=tuple(m for m in e.mentions if spoken(m.start))) for e in entities]
    return tuple(e for e in kept if e.mentions)


def _join_figures(figures: Sequence[Figure], quotes: Sequence[Quote]) -> tuple[Figure, ...]:
    """Each figure with the innermost quote that it stands in, and that quote's speaker as the one who claims it."""
    parts = Nest((part.start, part.end, i) for i, quote in enumerate(quotes) for part in quote.parts)
    joined = []
    for figure in figures:
        quote = parts.owner(figure.start, figure.end)
        speaker = quotes[quote].speaker if quote is not None else None
        joined.append(replace(figure, quote=quote, claimed_by=speaker.name if speaker else None))
    return tuple(joined)
