"""Doc -> Figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from datasette_wirefacts.facts import Figure
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_figures(doc: Doc, pack: LanguagePack) -> Iterator[Figure]:
    """The figures of a text, in order."""
    yield from ()
