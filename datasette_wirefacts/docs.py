"""Text -> Doc: spaCy tokens with our own sentence boundaries.

The Doc covers the whole source text, so that its offsets are the source's offsets. Extractors read it through
``tokens_of`` (plain lists, without white space) and ``text_of`` (dateline, boilerplate, repeats).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache, lru_cache
from threading import get_ident
from typing import TYPE_CHECKING, Any, cast

from datasette_wirefacts.errors import InputError
from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack
from datasette_wirefacts.sentences import paragraph_ranges, sentence_ranges
from datasette_wirefacts.texts import Text

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# spaCy's tokenizer strips affixes one at a time and copies the rest each time: quadratic on a long run of marks
# (10,000 quotation marks: 7 s). Longer runs than this are split by a plain pattern instead.
LONGEST_RUN = 64
LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN},}}")
PLAIN_TOKEN = re.compile(r"\w{1,200}|[^\w\s]|\s+")
# Marks that stand between two words without a space: `Ja“,sagte`, `er.-`.
GLUED = (
    r"[„“”\"»«›‹‚‘]",
    r"(?<=[^\W\d_]{2})[.,!?](?=[-–—„“”\"»«])",
    r"(?<=[„“”\"»«›‹‚‘])[,.;:!?]",
    r"(?<=[^\W\d_]\.)[-–—]",
)
ANGLES = ("›", "‹")  # marks that spaCy leaves at the edges of a word
KEPT_WORDS = 50_000  # 20 MB
PIPELINE_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """A Doc's tokens as parallel lists; white space is left out, ``doc_index`` leads back to the Doc.

    ``norms`` are composed (NFC), without soft hyphens, lower case; sentences and paragraphs are token ranges, end exclusive.
    """

    words: list[str]
    norms: list[str]
    starts: list[int]
    ends: list[int]
    doc_index: list[int]
    sentences: list[Span] = field(default_factory=list)
    paragraphs: list[Span] = field(default_factory=list)
    sentence_of: list[int] = field(default_factory=list)
    paragraph_of: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.words)


@contextmanager
def reading(text: Text, pack: LanguagePack, model: str | None = None) -> Iterator[Doc]:
    """The Doc of a text, for as long as the block lasts: then the words that spaCy met in it are forgotten, lest memory grow.

    The first words are kept, because spaCy splits those that it knows faster. Nothing of spaCy's (a token, a span) may leave
    the block; strings may. ``model`` is as for ``read``.
    """
    nlp = _language(text.language, pack, model)
    with nlp.memory_zone() if len(nlp.vocab) > KEPT_WORDS else nullcontext():
        yield read(text, pack, model)


def read(text: Text, pack: LanguagePack, model: str | None = None) -> Doc:
    """The Doc of a text. ``model`` names an installed spaCy pipeline to run instead of the blank tokenizer."""
    nlp = _language(text.language, pack, model)
    doc = _pipeline_doc(nlp, text.text) if model else _tokenise(nlp, text.text)
    doc.user_data["wirefacts"] = (text, _tokens(doc, pack))
    if not model:
        _mark_sentences(doc, tokens_of(doc))
    return doc


def check_model(model: str) -> None:
    """Raises InputError where no spaCy pipeline of that name is installed."""
    _pipeline(model, get_ident())


def text_of(doc: Doc) -> Text:
    """The Text that this Doc was read from."""
    return cast(Text, doc.user_data["wirefacts"][0])


def tokens_of(doc: Doc) -> Tokens:
    """The Doc's tokens as plain lists."""
    return cast(Tokens, doc.user_data["wirefacts"][1])


def engine_of(doc: Doc) -> str:
    """How this Doc is to be read: "fast", by rules alone, or "full", by trained models too."""
    return str(doc.user_data.get("wirefacts_engine", "fast"))


def _language(language: str, pack: LanguagePack, model: str | None) -> Language:
    """The calling thread's own: two threads cannot be in one memory zone."""
    if model:
        return _pipeline(model, get_ident())
    return _blank(language, tuple(pack.table("sentences").get("one_token", ())), get_ident())


@lru_cache(maxsize=16)  # codes come from data: there may be any number
def _blank(language: str, one_token: tuple[str, ...], thread: int) -> Language:
    import spacy
    from spacy.symbols import ORTH
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

    try:
        nlp = spacy.blank(language.split("-")[0])
    except ImportError:  # spaCy's way of saying that it has no such language class
        nlp = spacy.blank("xx")
    tokenizer = cast(Any, nlp.tokenizer)
    tokenizer.infix_finditer = compile_infix_regex([*(nlp.Defaults.infixes or ()), *GLUED]).finditer
    tokenizer.prefix_search = compile_prefix_regex([*(nlp.Defaults.prefixes or ()), *ANGLES]).search
    tokenizer.suffix_search = compile_suffix_regex([*(nlp.Defaults.suffixes or ()), *ANGLES]).search
    for word in one_token:
        tokenizer.add_special_case(word, [{ORTH: word}])
    return nlp


@cache
def _pipeline(model: str, thread: int) -> Language:
    import spacy

    try:
        return spacy.load(model)
    except OSError as error:
        raise InputError(
            f"The spaCy pipeline {model!r} is not installed: install it with `python -m spacy download {model}` "
            'or `pip install` its wheel, or leave --model out (`--model ""` where an earlier run named it).'
        ) from error


def _tokenise(nlp: Language, text: str) -> Doc:
    if not LONG_RUN.search(text):
        return nlp.tokenizer(text)
    from spacy.tokens import Doc

    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for run in LONG_RUN.finditer(text):
        _append(words, spaces, [(t.text, bool(t.whitespace_)) for t in nlp.tokenizer(text[at : run.start()])])
        _append(words, spaces, [(piece, False) for piece in PLAIN_TOKEN.findall(run[0])])
        at = run.end()
    _append(words, spaces, [(t.text, bool(t.whitespace_)) for t in nlp.tokenizer(text[at:])])
    return Doc(nlp.vocab, words=words, spaces=spaces)


def _append(words: list[str], spaces: list[bool], tokens: list[tuple[str, bool]]) -> None:
    for word, space in tokens:
        words.append(word)
        spaces.append(space)


def _pipeline_doc(nlp: Language, text: str) -> Doc:
    """The pipeline's Doc; long texts go through it piece by piece, cut at line ends, and are joined again."""
    from spacy.tokens import Doc

    pieces = []
    at = 0
    while at < len(text):
        end = len(text) if len(text) - at <= PIPELINE_CHARACTERS else _line_end(text, at, at + PIPELINE_CHARACTERS)
        pieces.append(nlp(text[at:end]))
        at = end
    return Doc.from_docs(pieces, ensure_whitespace=False) if len(pieces) > 1 else (pieces or [nlp("")])[0]


def _line_end(text: str, low: int, high: int) -> int:
    """The end of the last line, else of the last word, between low and high; high where there is neither."""
    cut = max(text.rfind("\n", low, high), low)
    cut = cut if cut > low else max(text.rfind(" ", low, high), low)
    return cut + 1 if cut > low else high


def _tokens(doc: Doc, pack: LanguagePack) -> Tokens:
    kept = [(t.text, t.idx, t.i) for t in doc if not t.is_space]
    words = [word for word, _, _ in kept]
    starts = [start for _, start, _ in kept]
    tokens = Tokens(
        words=words,
        norms=[normal(word) for word in words],
        starts=starts,
        ends=[start + len(word) for word, start, _ in kept],
        doc_index=[i for _, _, i in kept],
    )
    glued = [False, *(start == end for start, end in zip(tokens.starts[1:], tokens.ends, strict=False))]
    tokens.paragraphs.extend(paragraph_ranges(doc.text, tokens.words, tokens.starts, tokens.ends))
    tokens.sentences.extend(sentence_ranges(tokens.words, tokens.norms, glued, tokens.paragraphs, pack))
    for ranges, owner in ((tokens.paragraphs, tokens.paragraph_of), (tokens.sentences, tokens.sentence_of)):
        for n, (first, last) in enumerate(ranges):
            owner.extend([n] * (last - first))
    return tokens


def normal(word: str) -> str:
    """A word as tables spell it: composed, without soft hyphens, lower case.

    >>> normal("Wort\\xadTrennung")
    'worttrennung'
    """
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word.replace("\xad", "")).lower()


def _mark_sentences(doc: Doc, tokens: Tokens) -> None:
    """Hands the boundaries to spaCy as one array: its setter of a single token looks through the whole Doc each time."""
    import numpy

    if len(doc):
        marks = numpy.full((len(doc), 1), -1, dtype="int64")
        marks[[0, *(tokens.doc_index[first] for first, _ in tokens.sentences)]] = 1
        doc.from_array(["SENT_START"], cast(Any, marks.astype("uint64")))
