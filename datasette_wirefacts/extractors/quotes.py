"""Doc -> Quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datasette_wirefacts.facts import Entity, Quote, Role
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_quotes(doc: Doc, pack: LanguagePack, entities: Sequence[Entity], roles: Sequence[Role]) -> Iterator[Quote]:
    """The quotes of a text, in the order of their first part."""
    yield from ()
