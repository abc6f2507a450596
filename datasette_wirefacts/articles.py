"""Article -> Outcome: one row of a source read, extracted and laid out as rows. Pure: no database."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from datasette_wirefacts.connections import BrokenText
from datasette_wirefacts.dates import iso_date
from datasette_wirefacts.errors import WirefactsError
from datasette_wirefacts.facts import Facts, Failure
from datasette_wirefacts.pipeline import Pipeline
from datasette_wirefacts.rows import DocumentRows, document_rows
from datasette_wirefacts.signatures import signature
from datasette_wirefacts.sources import Article, Source
from datasette_wirefacts.tables import plugged_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one article yields: rows to store, or what to do without them."""

    article: Article
    kind: str  # new (rows to store), empty (no text), failed
    rows: DocumentRows | None = None
    failures: Sequence[Failure] = ()

    @property
    def size(self) -> int:
        """Rows to write, about."""
        return 1 + (sum(map(len, self.rows.facts.values())) if self.rows else 0)


def engine_name(pipeline: Pipeline) -> str:
    """The engine as documents name it: "full 0.1.0", with the spaCy pipeline if there is one."""
    parts = [pipeline.engine, version("datasette-wirefacts"), pipeline.model or "", "(rules alone)" if pipeline.damage() else ""]
    return " ".join(part for part in parts if part)


def settings_hash(source: Source, pipeline: Pipeline) -> bytes:
    """A digest of everything but the article that its facts depend on."""
    extractors = [(extractor.name, extractor.version) for extractor in pipeline.extractors]
    return hashlib.sha256(repr((source.language, engine_name(pipeline), extractors)).encode("utf-8")).digest()


def input_hash(settings: bytes, inputs: Sequence[Any]) -> str:
    """A digest of the settings and of an article's inputs: their types in one word, then the bytes of text, title and date."""
    kinds, text, title, date = inputs
    text, title = text or b"", title or b""
    head = f"{kinds} {len(text)} {len(title)} ".encode()
    return hashlib.sha256(b"".join((settings, head, text, title, date or b""))).hexdigest()[:32]


def extract_article(article: Article, source: Source, pipeline: Pipeline, *, hash: str, engine: str) -> Outcome:
    """The facts of an article as rows. A text that cannot be read, or an extractor that fails, is named in ``failures``."""
    if article.text is None:
        return Outcome(article=article, kind="empty")
    try:
        text = readable(article.text)
    except UnicodeDecodeError:
        return failed(article, f"The text is a BLOB of {len(article.text)} bytes that are not UTF-8: store it as TEXT.")
    try:
        title, published = _title(article.title), iso_date(article.published)
        facts = pipeline.extract(text, language=source.language, published=published, title=title)
        rows = document_rows(_storable(facts, pipeline), title=title, published=published, characters=len(text))
        rows = replace(rows, signature=signature(text, facts, article, source, rows))
    except WirefactsError:
        raise
    except Exception as error:  # no text may stop a run: the others have their facts to come
        return failed(article, f"{type(error).__name__}: {error}")
    # Without its hash a document counts as changed: the next run tries again what failed.
    rows.document.update(input_hash="" if rows.failures else hash, engine=engine)
    return Outcome(article=article, kind="new", rows=rows, failures=rows.failures)


def readable(value: str | bytes | int | float) -> str:
    """The value of a text column as text. Raises UnicodeDecodeError on a BLOB that holds none.

    >>> readable("Text"), readable(b"Text"), readable(BrokenText(bytes([84, 255]))), readable(4711)
    ('Text', 'Text', 'T�', '4711')
    """
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace" if isinstance(value, BrokenText) else "strict")
    return str(value)


def _title(value: Any) -> str | None:
    return None if value is None else value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)


def failed(article: Article, message: str) -> Outcome:
    """The outcome of an article whose text cannot be read."""
    return Outcome(article=article, kind="failed", failures=[Failure(extractor="text", message=message)])


def _storable(facts: Facts, pipeline: Pipeline) -> Facts:
    """The facts that have a table: of plugged-in extractors, those of the class that the extractor declares."""
    others: dict[str, tuple[Any, ...]] = {}
    failures = list(facts.failures)
    for extractor in plugged_in(pipeline.extractors):
        others[extractor.name] = tuple(fact for fact in facts.others.get(extractor.name, ()) if type(fact) is extractor.fact)
        if len(others[extractor.name]) < len(facts.others.get(extractor.name, ())):
            failures.append(
                Failure(extractor=extractor.name, message=f"facts of another class than {extractor.fact} were left out")
            )
    return replace(facts, others=others, failures=tuple(failures))
