"""Doc -> Entity: persons, places and organisations, each under one name.

Doc -> Reading (reading) -> Spotted (spotting: persons, places, organisations) -> Entity (linking)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from datasette_wirefacts.docs import engine_of
from datasette_wirefacts.extractors.entities.linking import link
from datasette_wirefacts.extractors.entities.merging import merge
from datasette_wirefacts.extractors.entities.model import of_pipeline, recognise
from datasette_wirefacts.extractors.entities.reading import Reading
from datasette_wirefacts.extractors.entities.spotting import again, spot
from datasette_wirefacts.facts import Entity
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_entities(doc: Doc, pack: LanguagePack) -> Iterator[Entity]:
    """The entities of a text, in the order of their first mention."""
    reading = Reading(doc, pack)
    found = spot(reading, pack)
    theirs = doc.has_annotation("ENT_IOB")
    if theirs or engine_of(doc) == "full":
        recognised = of_pipeline(doc) if theirs else recognise(doc, reading, found, pack)
        found = found if recognised is None else again(reading, merge(reading, found, recognised))
    yield from link(reading, found)
