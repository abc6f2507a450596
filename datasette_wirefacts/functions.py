"""Facts as SQL functions: `wire_quotes(text)` and its sisters, registered on a SQLite connection.

None of them raises: NULL gives NULL, and so does an argument that cannot be used. Nothing is loaded before the first call.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, wraps
from typing import TYPE_CHECKING, Any

from datasette_wirefacts import _compat

if TYPE_CHECKING:
    from datasette_wirefacts.pipeline import Pipeline

Result = str | float | None
LONGEST_TEXT = 100_000  # characters; one call cannot be interrupted, so it must end soon by itself
RECENT_TEXTS = 128
STEPS = 1000  # of SQLite between two looks at the clock, as in Datasette
ENGINES = ("fast", "full")
LOADED_LANGUAGE = "de"  # the one with the largest tables


def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Register the functions on a connection of Datasette's: with its time limit for reads, without one for writes."""
    if _compat.is_internal(database):
        return
    limit = None if _compat.is_write_connection() else datasette.setting("sql_time_limit_ms")
    register_functions(conn, engine=_engine(datasette, database), datasette=datasette, time_limit_ms=limit)


def check_configuration(datasette: Any) -> None:
    """Raises Datasette's StartupError where the engine is configured as something that it cannot be."""
    for database in datasette.databases:
        _engine(datasette, database)


def _engine(datasette: Any, database: str) -> str:
    """The engine that the user's configuration chooses for a database."""
    from datasette.utils import StartupError

    configured = _compat.configuration(datasette, database)
    engine = configured.get("engine", "fast") if isinstance(configured, dict) else configured
    if engine not in ENGINES:
        raise StartupError(
            f"The engine of datasette-wirefacts can be {' or '.join(ENGINES)}, not {engine!r}: correct the configuration."
        )
    return str(engine)


def register_functions(
    conn: sqlite3.Connection, *, engine: str = "fast", datasette: Any = None, time_limit_ms: float | None = None
) -> None:
    """Make the functions known to a connection; one that is called after its statement's time limit interrupts the statement."""
    make = cache(lambda: _make_pipeline(engine, datasette))
    guard = _TimeLimit(conn, time_limit_ms / 1000, load=lambda: _load(engine)) if time_limit_ms else None
    for name, function in _text_functions(make).items():
        guarded = _never_raising(function, guard)
        conn.create_function(name, 1, guarded, deterministic=True)
        conn.create_function(name, 2, guarded, deterministic=True)
    conn.create_function("wire_language", 1, _never_raising(_language, guard), deterministic=True)
    conn.create_function("wire_canonical", 1, _never_raising(_canonical, guard), deterministic=True)
    conn.create_function("wire_similar", 2, _never_raising(_similar, guard), deterministic=True)


@cache
def _load(engine: str) -> None:
    """Load what an engine needs, once in a process."""
    _make_pipeline(engine, None).extract(".", language=LOADED_LANGUAGE)


def _make_pipeline(engine: str, datasette: Any) -> Pipeline:
    from datasette_wirefacts.pipeline import make_pipeline

    return make_pipeline(engine, datasette=datasette)


def _text_functions(make: Callable[[], Pipeline]) -> dict[str, Callable[..., Result]]:
    """The functions of a text by name; ``make`` gives the pipeline on first use."""

    def found(name: str) -> Callable[..., Result]:
        return lambda text, language=None: _results(make(), text[:LONGEST_TEXT], _tag(language))[name]

    names = ("wire_quotes", "wire_figures", "wire_entities", "wire_facts", "wire_number", "wire_unit")
    return {name: found(name) for name in names} | {
        "wire_dateline": lambda text, language=None: _dateline(make().languages, text[:LONGEST_TEXT], _tag(language))
    }


@lru_cache(maxsize=RECENT_TEXTS)
def _results(pipeline: Pipeline, text: str, language: str | None) -> Mapping[str, Result]:
    """What each function says of a text, so that several functions of one row extract it once."""
    from datasette_wirefacts.rows import facts_json

    facts = facts_json(pipeline.extract(text, language=language))
    first: dict[str, Any] = next(iter(facts["figures"]), {})
    amount = first.get("amount")
    return {
        "wire_quotes": _json(facts["quotes"]),
        "wire_figures": _json(facts["figures"]),
        "wire_entities": _json(facts["entities"]),
        "wire_facts": _json(facts),
        "wire_number": None if amount is None else float(amount),
        "wire_unit": first.get("unit"),
    }


def _dateline(languages: tuple[Any, ...], text: str, language: str | None) -> str | None:
    """The dateline alone: it needs no tokens, and is a hundred times faster than all facts."""
    from datasette_wirefacts.datelines import find_dateline
    from datasette_wirefacts.languages import load_pack
    from datasette_wirefacts.languages.detect import detect_language
    from datasette_wirefacts.rows import plain
    from datasette_wirefacts.texts import clean

    text = clean(text)
    dateline = find_dateline(text, load_pack(language or detect_language(text), languages))
    return _json(plain(dateline)) if dateline else None


def _language(text: str) -> str:
    from datasette_wirefacts.languages.detect import detect_language

    return detect_language(text[:LONGEST_TEXT])


def _canonical(name: str) -> str:
    from datasette_wirefacts.names import canonical

    return canonical(name[:LONGEST_TEXT])


def _similar(one: str, other: str) -> float:
    from datasette_wirefacts.names import similar

    return similar(one, other)


def _tag(language: Any) -> str | None:
    """The tag in its usual spelling; None where none was given and the language is found out. Raises InputError on a bad one."""
    from datasette_wirefacts.languages import language_tag

    return None if language is None else language_tag(language)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _never_raising(function: Callable[..., Result], limit: _TimeLimit | None) -> Callable[..., Result]:
    """The function as SQLite may call it: NULL for anything that it cannot take, and at once where the time is up."""

    @wraps(function)
    def safe(*arguments: Any) -> Result:
        try:
            if not isinstance(arguments[0], str) or (limit and limit.is_up()):
                return None
            return function(*arguments)
        except Exception:  # an error in a function ends the user's whole query, without a word of what went wrong
            return None

    return safe


class _TimeLimit:
    """Interrupts a connection's statement once its time is up; the time that loading takes does not count.

    SQLite asks its progress handler between its own steps only, every thousand of them, which may be minutes of our functions.
    Loading takes about a second, and so does Datasette's time limit: the first query of all would always be cut off.
    """

    def __init__(self, conn: sqlite3.Connection, seconds: float, load: Callable[[], None]) -> None:
        self.conn = conn
        self.seconds = seconds
        self.load: Callable[[], None] | None = load
        self.started = time.perf_counter()
        self.prolonged = False  # whether this statement had to load
        conn.set_trace_callback(self._mark_start)

    def is_up(self) -> bool:
        """True, and the statement is interrupted, where its time is up. The connection's first call loads."""
        if self.load:
            self._wait_for_loading()
        if self._is_over():
            self.conn.interrupt()
            return True
        return False

    def _is_over(self) -> bool:
        return time.perf_counter() - self.started > self.seconds

    def _mark_start(self, statement: str) -> None:
        if not _is_internal(statement):
            self.started = time.perf_counter()
            self.prolonged = False

    def _wait_for_loading(self) -> None:
        load, self.load = self.load, None
        if load is None:
            return
        before = time.perf_counter()
        load()
        self.started += time.perf_counter() - before
        self.prolonged = True
        # Instead of Datasette's, whose clock has been running; Datasette takes it away when the statement has ended.
        self.conn.set_progress_handler(lambda: self.prolonged and self._is_over(), STEPS)


def _is_internal(statement: str) -> bool:
    """True for a statement that a running one needs, as those of full-text tables: SQLite makes comments of all its lines.

    >>> _is_internal("-- SELECT pgno FROM 'main'.'f_idx'"), _is_internal("-- all quotes" + chr(10) + "select 1")
    (True, False)
    """
    return all(line.startswith("-- ") for line in statement.rstrip("\n").split("\n"))
