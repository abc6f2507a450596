"""Clauses -> the words that report: which verb of saying stands in a clause, with its particle, participle or set phrase."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Clause, Words
from datasette_wirefacts.languages import LanguagePack
from datasette_wirefacts.words import table_words

SAY, WRITE, THINK, WEAK, ACT, NAMING, PHRASE = (1 << n for n in range(7))
SEPARABLE = "|"  # behind a particle that the infinitive is written together with
CLASSES = {"say": SAY, "write": WRITE, "think": THINK, "weak": WEAK, "act": ACT, "naming": NAMING}


@dataclass(frozen=True, slots=True)
class CueForm:
    """One form of a cue verb: its lemma, the prefix that must stand apart, whether it is finite, participle or infinitive."""

    lemma: str
    prefix: str
    shape: str  # finite, part, inf
    classes: int


@dataclass(frozen=True, slots=True)
class CueTable:
    """Forms of the cue verbs, and the set phrases by the infinitive of their verb."""

    forms: dict[str, tuple[CueForm, ...]]
    being: frozenset[str]  # "ist": with a participle a state, no report
    been: frozenset[str]  # "worden": unless this stands with it
    strict: frozenset[str]  # particles that make another verb of one without a particle
    oneself: frozenset[str]  # "sich"
    habit: frozenset[str]  # "pflegte [zu sagen]"
    participles: frozenset[str]  # and infinitives, of the phrases' verbs
    phrases: dict[str, tuple[tuple[str, tuple[str, ...], int], ...]]  # verb form -> (lemma, words, classes)


@dataclass(frozen=True, slots=True)
class Found:
    """A cue in a clause: the tokens that belong to it, the finite verb (or what stands for it) first."""

    tokens: tuple[int, ...]
    lemma: str
    classes: int
    passive: bool = False
    noun: tuple[int, int] | None = None  # for noun cues the noun phrase

    @property
    def medium(self) -> str:
        if self.classes & WRITE:
            return "writing"
        return "speech" if self.classes & (SAY | PHRASE) or not self.classes & THINK else "thought"


def cue_table(pack: LanguagePack) -> CueTable:
    """The pack's cues, to be had by ``pack.derived(cue_table)``."""
    verbs = pack.table("quotes").get("verbs", {})
    conjugated = pack.function("conjugated")
    forms: dict[str, list[CueForm]] = {}
    phrases: dict[str, list[tuple[str, tuple[str, ...], int]]] = {}
    if conjugated is None:
        return CueTable({}, frozenset(), frozenset(), frozenset(), frozenset(), frozenset(), frozenset(), {})
    grammar = pack.table("grammar")
    classes: dict[str, int] = {}
    for name, flag in CLASSES.items():
        for verb in verbs.get(name, ()):
            classes[verb] = classes.get(verb, 0) | flag
    for verb, flags in classes.items():
        for form, prefix, shape, lemma in conjugated(verb, grammar):
            cue = CueForm(lemma, prefix, shape, flags)
            if cue not in forms.setdefault(form, []):
                forms[form].append(cue)
    participles: set[str] = set()
    for name, flag in (("speech", SAY | PHRASE), ("thought", THINK | PHRASE)):
        for line in pack.table("quotes").get("phrases", {}).get(name, ()):
            verb, *needed = line.split()
            lemma = " ".join([*needed, verb]).replace(f"{SEPARABLE} ", "")
            norms = tuple(word.lower().rstrip(SEPARABLE) for word in needed)
            for form, _, shape, _ in conjugated(verb, grammar):
                if shape == "part":
                    participles.add(form)
                phrases.setdefault(form, []).append((lemma, norms, flag))
    return CueTable(
        {form: tuple(sorted(found, key=lambda cue: -len(cue.prefix))) for form, found in forms.items()},
        table_words(pack, "quotes", "words", "being"),
        table_words(pack, "quotes", "words", "been"),
        table_words(pack, "grammar", "words", "strict_particle"),
        table_words(pack, "quotes", "words", "oneself"),
        frozenset(form for verb in verbs.get("habit", ()) for form, _, shape, _ in conjugated(verb, grammar) if shape == "finite"),
        frozenset(participles),
        {form: tuple(sorted(found, key=lambda phrase: -len(phrase[1]))) for form, found in phrases.items()},
    )


def cues_in(text: Words, clause: Clause, reach: int, table: CueTable, passive: frozenset[str]) -> Iterator[Found]:
    """The cues of a clause whose separable particle or participle may follow up to token ``reach`` (exclusive)."""
    verb = clause.verb
    if verb is None:
        return
    found = (
        _phrase(text, verb, clause, reach, table) or _habit(text, verb, clause, table) or _simple(text, verb, clause, reach, table)
    )
    if found is None and text.kinds[verb] & w.AUX:
        found = _compound(text, verb, clause, reach, table, passive)
    if found is not None:
        yield found


def _habit(text: Words, verb: int, clause: Clause, table: CueTable) -> Found | None:
    """``pflegte zu sagen``: the infinitive says what is done."""
    if text.norms[verb] not in table.habit:
        return None
    for i in range(clause.last - 1, clause.first, -1):
        if text.norms[i - 1] == text.infinitive:
            cue = next((cue for cue in table.forms.get(text.norms[i], ()) if cue.shape == "inf"), None)
            return Found((verb, i - 1, i), cue.lemma, cue.classes) if cue is not None else None
    return None


def _simple(text: Words, verb: int, clause: Clause, reach: int, table: CueTable) -> Found | None:
    for cue in table.forms.get(text.norms[verb], ()):
        if cue.shape != "finite" and not (clause.kind == "inf" and cue.shape == "inf"):
            continue
        if not cue.prefix:
            if clause.kind == "main" and verb + 1 < clause.last and text.norms[clause.last - 1] in table.strict:
                return None  # "sagte … ab" is another verb
            return Found((verb, *_reflexive(text, verb, clause, table)), cue.lemma, cue.classes)
        particle = _particle(text, verb, clause, reach, cue.prefix)
        if particle is not None:
            return Found((verb, particle), cue.lemma, cue.classes)
    return None


def _reflexive(text: Words, verb: int, clause: Clause, table: CueTable) -> tuple[int, ...]:
    """The pronoun behind the verb: ``freute sich``."""
    return (verb + 1,) if verb + 1 < clause.last and text.norms[verb + 1] in table.oneself else ()


def _particle(text: Words, verb: int, clause: Clause, reach: int, prefix: str) -> int | None:
    """The particle at the end of the clause, or of a piece that continues it."""
    if clause.kind in ("sub", "rel"):
        return None
    if clause.last > verb + 1 and text.norms[clause.last - 1] == prefix:
        return clause.last - 1
    for i in range(clause.last - 1, verb, -1):
        if text.norms[i] == prefix and (i + 1 >= clause.last or not text.kinds[i + 1] & (w.DET | w.NOUN | w.ADJ | w.PRON | w.NUM)):
            return i
    for i in range(clause.last, min(reach, clause.last + 40)):
        if text.norms[i] == prefix and (i + 1 >= len(text.words) or not text.words[i + 1][:1].isalnum()):
            return i
    return None


def _compound(text: Words, verb: int, clause: Clause, reach: int, table: CueTable, passive: frozenset[str]) -> Found | None:
    """Auxiliary and participle, modal and infinitive."""
    order = range(clause.last - 1, clause.first - 1, -1)
    for i in (*order, *range(clause.last, min(reach, clause.last + 40))):
        if (
            i == verb
            or text.kinds[i] & w.NOUN
            or not text.kinds[i] & (w.PART | w.INF)
            or text.kinds[i] & w.AUX
            or not _closes(text, i, clause)
        ):
            continue
        for cue in table.forms.get(text.norms[i], ()):
            if cue.shape in ("part", "inf") and (not cue.prefix or text.norms[i].startswith(cue.prefix)):
                if text.norms[verb] in table.being and not any(
                    text.norms[n] in table.been for n in range(clause.first, clause.last)
                ):
                    return None
                # Token order is the text's order, whichever comes first.
                both = (verb, i) if verb < i else (i, verb)
                return Found(both, cue.lemma, cue.classes, passive=text.norms[verb] in passive and cue.shape == "part")
        if i < clause.last and text.kinds[i] & w.PART and clause.kind == "main":
            return None
    return None


def _closes(text: Words, i: int, clause: Clause) -> bool:
    """Whether the form closes the verbal bracket: no noun that it belongs to follows, an infinitive stands among the last verbs."""
    if w.verbal_before_noun(text.kinds, i):
        return False
    if text.kinds[i] & w.PART or i >= clause.last:
        return True
    return all(text.kinds[n] & w.VERBAL for n in range(i + 1, clause.last))


def _phrase(text: Words, verb: int, clause: Clause, reach: int, table: CueTable) -> Found | None:
    """A set phrase with the finite verb, or with a participle or infinitive beside it."""
    others = [i for i in range(clause.first, clause.last) if text.kinds[i] & (w.PART | w.INF) and not text.kinds[i] & w.NOUN]
    for head in (verb, *others) if text.kinds[verb] & w.AUX else (verb,):
        for lemma, needed, flags in table.phrases.get(text.norms[head], ()):
            if (head == verb) != (text.norms[head] not in table.participles):
                continue
            tokens = _needed(text, needed, clause, reach, head)
            if tokens is not None:
                return Found(tuple(sorted({verb, head, *tokens})), lemma, flags)
    return None


def _needed(text: Words, needed: tuple[str, ...], clause: Clause, reach: int, head: int) -> list[int] | None:
    """Where the words of a phrase stand; those behind the clause only where the next pieces are short."""
    tokens: list[int] = []
    last = max(min(reach, clause.last + 12), clause.last)
    for word in reversed(needed):
        places = [i for i in range(clause.first, last) if text.norms[i] == word and i != head and i not in tokens]
        if not places:
            return None
        tokens.append(tokens[-1] - 1 if tokens and tokens[-1] - 1 in places else places[0])
    return tokens
