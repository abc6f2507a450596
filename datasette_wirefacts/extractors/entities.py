"""Doc -> Entity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from datasette_wirefacts.facts import Entity
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_entities(doc: Doc, pack: LanguagePack) -> Iterator[Entity]:
    """The entities of a text, in the order of their first mention."""
    yield from ()
