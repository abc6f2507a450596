"""German: what words cannot say in tables."""

from datasette_wirefacts.languages.de.nouns import nominative
from datasette_wirefacts.languages.de.number_words import fraction_word, number_beginnings, number_word, ordinal_word
from datasette_wirefacts.languages.de.verbs import conjugated, verb_forms

__all__ = ["conjugated", "fraction_word", "nominative", "number_beginnings", "number_word", "ordinal_word", "verb_forms"]
