"""Doc -> Role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datasette_wirefacts.facts import Entity, Role
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_roles(doc: Doc, pack: LanguagePack, entities: Sequence[Entity]) -> Iterator[Role]:
    """The offices that a text gives to persons, in order."""
    yield from ()
