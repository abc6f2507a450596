"""Doc -> Entity: persons, places and organisations, each under one name.

Doc -> Reading (reading) -> Spotted (spotting: persons, places, organisations) -> Entity (linking)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from datasette_wirefacts.extractors.entities.linking import link
from datasette_wirefacts.extractors.entities.reading import Reading
from datasette_wirefacts.extractors.entities.spotting import spot
from datasette_wirefacts.facts import Entity
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_entities(doc: Doc, pack: LanguagePack) -> Iterator[Entity]:
    """The entities of a text, in the order of their first mention."""
    reading = Reading(doc, pack)
    yield from link(reading, spot(reading, pack))
