"""German: what words cannot say in tables."""

from datasette_wirefacts.languages.de.number_words import fraction_word, number_beginnings, number_word, ordinal_word

__all__ = ["fraction_word", "number_beginnings", "number_word", "ordinal_word"]
