"""Language folders: tables in TOML and a few functions with fixed names.

``de-AT`` reads ``default/``, then ``de/``, then ``de-AT/``; a later table extends an earlier one key by key.
A language without a folder gets ``default/`` alone: what applies everywhere.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from datasette_wirefacts.errors import InputError, LanguageError

T = TypeVar("T")
HERE = Path(__file__).parent
SUBTAG = re.compile(r"[A-Za-z0-9]{1,8}")
TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,7}")  # BCP 47, a language of ISO 639 first


def language_tag(language: str) -> str:
    """A BCP 47 tag in its usual spelling, which is that of the folders; whether there are rules for it is another question.

    Raises InputError on what is no tag.

    >>> language_tag("DE_at"), language_tag("zh-hant-tw"), language_tag("de-CH-1996")
    ('de-AT', 'zh-Hant-TW', 'de-CH-1996')
    """
    if not isinstance(language, str) or not TAG.fullmatch(language):
        raise InputError(
            f"{language!r} is no language tag: write it as in `de` or `de-CH`, or leave it out to have the language found out."
        )
    first, *rest = language.replace("_", "-").lower().split("-")
    return "-".join([first, *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest)])


class LanguagePack:
    """The words and functions of one language, read on first use."""

    def __init__(self, code: str, folders: tuple[Path, ...]) -> None:
        self.code = code
        self.folders = folders
        self._tables: dict[str, dict[str, Any]] = {}
        self._derived: dict[Callable[[LanguagePack], Any], Any] = {}

    def __repr__(self) -> str:
        return f"<LanguagePack {self.code}>"

    @property
    def known(self) -> bool:
        """False where only the default folder speaks for this language."""
        return len(self.folders) > 1

    def table(self, name: str) -> dict[str, Any]:
        """The table ``name`` merged over the folders; empty where no folder has it. Raises LanguageError on bad TOML."""
        if name not in self._tables:
            merged: dict[str, Any] = {}
            for folder in self.folders:
                merged = _merged(merged, _read(folder / f"{name}.toml"))
            self._tables[name] = merged
        return self._tables[name]

    def file(self, name: str) -> Path | None:
        """The most specific data file of that name, or None."""
        return next((folder / name for folder in reversed(self.folders) if (folder / name).exists()), None)

    def function(self, name: str) -> Callable[..., Any] | None:
        """The most specific language function of that name, or None."""
        for folder in reversed(self.folders):
            found = getattr(_module(folder), name, None)
            if found is not None:
                return cast(Callable[..., Any], found)
        return None

    def derived(self, build: Callable[[LanguagePack], T]) -> T:
        """What ``build`` makes of this pack (word sets, compiled patterns), made once."""
        if build not in self._derived:
            self._derived[build] = build(self)
        return cast(T, self._derived[build])


@lru_cache(maxsize=32)  # tags come from data: there may be any number
def load_pack(language: str, extra: tuple[Path, ...] = ()) -> LanguagePack:
    """The pack for a BCP 47 tag; ``extra`` are folders of other plugins, named by their tag and read after the built-in ones."""
    return LanguagePack(language, (HERE / "default", *_folders(language, extra)))


def _folders(language: str, extra: tuple[Path, ...]) -> list[Path]:
    """The folders of a tag's languages, general first; none for a tag that is none, lest it lead to some other folder."""
    subtags = language.split("-")
    if not all(SUBTAG.fullmatch(subtag) for subtag in subtags):
        return []
    tags = ["-".join(subtags[: n + 1]) for n in range(len(subtags))]
    candidates = [folder for tag in tags for folder in (HERE / tag, *(e for e in extra if e.name == tag))]
    return [folder for folder in candidates if folder.is_dir()]


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LanguageError(f"The language table {path} cannot be read: {error}. Correct the file.") from error


def _merged(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    both = {k: _merged(low[k], v) for k, v in high.items() if isinstance(v, dict) and isinstance(low.get(k), dict)}
    return {**low, **high, **both}


@cache
def _module(folder: Path) -> ModuleType | None:
    path = folder / "__init__.py"
    if not path.exists():
        return None
    inside = folder.parent == HERE
    name = f"{__name__}.{folder.name}" if inside else f"wirefacts_language_{folder.name.replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
