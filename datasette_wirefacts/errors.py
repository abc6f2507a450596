"""What can go wrong, as one small tree.

    WirefactsError
    ├── InputError      a file, table, column or option that the user named cannot be used
    ├── DatabaseError   the database refuses: locked, read-only, not a database
    │   └── LockError   another run extracts into it
    ├── LanguageError   a language folder is unusable
    └── ExtractorError  a plugin's extractor is declared wrongly

Every message says what happened, to what, and what to do about it. A text never raises: no fact is the answer.
"""


class WirefactsError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(WirefactsError):
    """Something that the user named does not exist or cannot be used."""


class DatabaseError(WirefactsError):
    """The database cannot be read or written."""


class LockError(DatabaseError):
    """Another run extracts into the database."""


class LanguageError(WirefactsError):
    """A language folder cannot be read."""


class ExtractorError(WirefactsError):
    """An extractor is declared twice, or needs facts that nobody makes."""
