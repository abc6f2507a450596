"""Tokens -> kinds of words, from the language's table ``grammar`` (closed classes, verbs) and its function ``verb_forms``.

A kind is a set of flags: a form can be several things (``haben``: finite and infinitive), context decides in ``clauses``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from datasette_wirefacts.docs import Tokens
from datasette_wirefacts.languages import LanguagePack

FINITE, SUBJ1, SUBJ2, INF, PART, ZU = 1, 2, 4, 8, 16, 32
DET, PREP, PRON, SUB, REL, ASK, CONJ, ADV, PARTICLE, NOUN, NUM, ADJ, MARK, AUX, OBLIQUE, SPEAKING, GENITIVE = (
    1 << n for n in range(6, 23)
)
VERBAL = FINITE | INF | PART | ZU
SUBJUNCTIVE = SUBJ1 | SUBJ2
CLASSES = {
    "determiner": DET,
    "oblique": OBLIQUE,
    "genitive": GENITIVE,
    "preposition": PREP,
    "pronoun": PRON,
    "speaking": SPEAKING,
    "subordinator": SUB,
    "interrogative": ASK,
    "relative": REL,
    "conjunction": CONJ,
    "adverb": ADV,
    "particle": PARTICLE,
    "number": NUM,
}
YEAR = 4  # digits; "2008 gab es …": a year stands on its own
BOUND = "-"  # the language function's sign before a form that lives only behind a prefix
OPENERS = frozenset(':„“"»«‚‘›‹(–—-')


@dataclass(frozen=True, slots=True)
class WordKinds:
    """What the tables say of each form, and what its shape says of a form that they do not have."""

    known: dict[str, int]
    prefixes: tuple[str, ...]
    particles: tuple[str, ...]
    endings: tuple[tuple[str, int], ...]
    infix: str
    participle: str
    uninflected: tuple[str, ...]  # endings of adjectives and adverbs that stand alone at the head of a sentence
    seen: dict[str, int] = field(default_factory=dict)

    def kind(self, norm: str) -> int:
        """The flags of a lower-case form; a form without entry is looked at once."""
        found = self.known.get(norm)
        if found is not None:
            return found
        found = self.seen.get(norm)
        if found is None:
            if len(self.seen) > 50_000:
                self.seen.clear()
            found = self.seen[norm] = self._shape(norm)
        return found

    def _shape(self, norm: str) -> int:
        if not norm[:1].isalnum():
            return MARK if not norm or not norm[-1].isalnum() else ADJ
        if norm[0].isdigit():
            return NUM | ADV if len(norm) == YEAR and norm.isdigit() else NUM
        for particle in self.particles:
            if norm.startswith(particle):
                rest = norm[len(particle) :]
                if rest.startswith(self.infix) and self.known.get(rest[len(self.infix) :], 0) & INF:
                    return ZU
                flags = (self.known.get(rest, 0) | self.known.get(BOUND + rest, 0)) & (VERBAL | SUBJUNCTIVE)
                if flags:
                    both = particle in self.prefixes and self.known.get(self.participle + rest, 0) & PART
                    return flags | (PART if both else 0)
        for prefix in self.prefixes:
            if norm.startswith(prefix):
                rest = norm[len(prefix) :]
                flags = (self.known.get(rest, 0) | self.known.get(BOUND + rest, 0)) & (VERBAL | SUBJUNCTIVE) & ~PART
                # "besetzt" is the participle too, as "gesetzt" is.
                flags |= (self.known.get(self.participle + rest, 0) | self.known.get(BOUND + self.participle + rest, 0)) & PART
                if flags:
                    return flags
        for ending, flags in self.endings:
            if norm.endswith(ending) and len(norm) > len(ending) + 2:
                return flags
        return 0


def word_kinds(pack: LanguagePack) -> WordKinds:
    """The pack's word kinds, to be had by ``pack.derived(word_kinds)``."""
    table = pack.table("grammar")
    words = table.get("words", {})
    known: dict[str, int] = {}
    forms = pack.function("verb_forms")
    if forms:
        for form, name in forms(table):
            known[form] = (
                known.get(form, 0)
                | {"finite": FINITE, "subj1": FINITE | SUBJ1, "subj2": FINITE | SUBJ2, "inf": INF, "part": PART}[name]
            )
    for name, flag in (
        ("indicative", FINITE),
        ("subjunctive1", FINITE | SUBJ1),
        ("subjunctive2", FINITE | SUBJ2),
        ("infinitive", INF),
        ("participle", PART),
    ):
        for form in table.get("auxiliary", {}).get(name, ()):
            known[form] = known.get(form, 0) | flag | AUX
    closed: dict[str, int] = {}
    for name, flag in CLASSES.items():
        for form in words.get(name, ()):
            closed[form] = closed.get(form, 0) | flag
    also = frozenset(words.get("also_verb", ()))
    for form, flag in closed.items():
        # "sein" is article and auxiliary; "nach" is no verb, whatever the rules would conjugate.
        known[form] = flag | (known.get(form, 0) if known.get(form, 0) & AUX or form in also else 0)
    endings = tuple(
        sorted(
            ((e, f) for name, f in SHAPES.items() for e in table.get("endings", {}).get(name, ())), key=lambda pair: -len(pair[0])
        )
    )
    return WordKinds(
        known=known,
        prefixes=tuple(sorted(words.get("prefix", ()), key=len, reverse=True)),
        particles=tuple(sorted(words.get("particle", ()), key=len, reverse=True)),
        endings=endings,
        infix=table.get("infix", {}).get("infinitive", "\0"),
        uninflected=tuple(table.get("endings", {}).get("uninflected", ())),
        participle=table.get("infix", {}).get("participle", "\0"),
    )


SHAPES = {
    "adverbial": ADJ | ADV,
    "subjunctive": FINITE | SUBJ1,
    "adjective": ADJ,
    "ambiguous": FINITE | PART,
    "finite": FINITE,
    "participle": PART,
    "infinitive": INF | FINITE,
    "adverb": ADV,
}


def kinds_of(tokens: Tokens, pack: LanguagePack) -> list[int]:
    """The flags of every token; a capitalised word is a noun unless it begins a sentence and is known as something else."""
    table = pack.derived(word_kinds)
    look = table.kind
    starts = {first for first, _ in tokens.sentences}
    words, norms = tokens.words, tokens.norms
    kinds = []
    beginning = True
    for i, word in enumerate(words):
        beginning = beginning or i in starts
        flags = look(norms[i])
        if word[:1].isupper() or ("-" in word and word.rpartition("-")[2][:1].isupper()):
            closed = flags & (DET | PREP | PRON | SUB | CONJ | ADV | ASK | REL)
            if not beginning:
                flags = NOUN | (flags & PRON if flags & SPEAKING and word.istitle() and len(word) < 6 else 0)
            elif not closed and not (flags & AUX):
                if flags & (ADJ | ADV) and norms[i] not in table.known and norms[i].endswith(table.uninflected):
                    kinds.append(flags)
                    beginning = False
                    continue
                if flags & PART and norms[i] in table.known and i + 1 < len(words) and look(norms[i + 1]) & AUX:
                    kinds.append(PART)  # "Geschrieben hat ihn …"
                    beginning = False
                    continue
                label = i + 1 < len(words) and words[i + 1] == ":"
                verb = flags & FINITE and not label and norms[i] in table.known and not flags & INF
                flags = NOUN | (flags & FINITE if verb else 0)
        elif word[:1] in OPENERS:
            beginning = True
            kinds.append(MARK)
            continue
        beginning = word == ":" if flags & MARK else False
        kinds.append(flags)
    return kinds


def verbal_before_noun(kinds: list[int], i: int) -> bool:
    """True where a form that looks like a verb is an adjective: ``die geplante Reform``, ``in „erneute“ Gefahr``."""
    if kinds[i] & AUX and not kinds[i] & PART:
        return False  # "Das musste Minister X einräumen"
    after = i + 1
    while after < len(kinds) and kinds[after] & MARK and after - i < 2:
        after += 1
    if after >= len(kinds) or not kinds[after] & (NOUN | ADJ):
        return False
    before = i - 1
    while before > 0 and kinds[before] & MARK and i - before < 2:
        before -= 1
    if before >= 2 and kinds[before] & CONJ and kinds[before - 1] & ADJ and kinds[before - 2] & (DET | ADJ | PREP | MARK):
        return True  # "von einem vertrauensvollen und geplanten Umbau"
    kind = kinds[before] if before >= 0 else 0
    if kind & NOUN or kind & ADV or (kind & PRON and not kind & DET):
        return False
    return bool(kind & (DET | PREP | ADJ | NUM))


def table_words(pack: LanguagePack, table: str, section: str, name: str) -> frozenset[str]:
    """A list of a table as a set; empty where the language has none."""
    found: Any = pack.table(table).get(section, {})
    return frozenset(found.get(name, ()))
