"""Files and standard input -> texts with an id, as `facts` and `explain` take them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from datasette_wirefacts.errors import InputError
from datasette_wirefacts.languages import language_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text and what is known of it."""

    id: Any
    text: str
    language: str | None = None
    published: str | None = None
    title: str | None = None


def read_items(files: Iterable[Path], stdin: BinaryIO) -> Iterator[Item]:
    """The texts of the files: of .jsonl one for each line, of any other the whole. Without files, JSON lines from stdin."""
    names = list(files)
    if not names:
        yield from json_items(stdin, "Standard input")
    for path in names:
        try:
            with path.open("rb") as file:
                yield from json_items(file, str(path)) if path.suffix == ".jsonl" else [_text_item(file, path)]
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def _text_item(file: BinaryIO, path: Path) -> Item:
    try:
        return Item(id=path.name, text=file.read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 (byte {error.start}): convert it first.") from error


def json_items(lines: Iterable[bytes], name: str) -> Iterator[Item]:
    """One item for each line that is not empty. Raises InputError that names the line; what came before it was yielded."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _json_item(line, f"{name}, line {number}")


def _json_item(line: bytes, place: str) -> Item:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: byte {error.start} is not UTF-8. Convert the input first.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{place}: not JSON ({error}). Each line must be one object with a text.") from error
    except ValueError as error:  # json's own is another one: Python reads no number of so many digits
        raise InputError(f"{place}: a number has thousands of digits. Write it as a string.") from error
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise InputError(f'{place}: no object with a text. Write it as {{"id": "1", "text": "…"}}.')
    context = {key: found.get(key) for key in ("language", "published", "title")}
    for key, value in context.items():
        if not isinstance(value, str | None):
            raise InputError(f"{place}: {key} is no string but {json.dumps(value)[:40]}.")
    return Item(id=found.get("id"), text=found["text"], **context | {"language": _language(context["language"], place)})


def _language(language: str | None, place: str) -> str | None:
    try:
        return language if language is None else language_tag(language)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
