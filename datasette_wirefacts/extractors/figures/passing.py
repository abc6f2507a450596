"""Draft -> what it measures, taken over from the figure before: its other end, its conversion, a part of it, the same again."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.attributes import TokenRange, change_noun
from datasette_wirefacts.extractors.figures.phrases import clause_of, nominal_end, phrases
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.subjects import eligible, gapped
from datasette_wirefacts.facts import Measured

ARTICLE = 8  # characters from a share to what it is of: an article and blanks
AS_MUCH = frozenset({"multiple-as", "multiple-word"})  # rules of `doppelt so viele`
Given = TokenRange | Measured | None


def going_on(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Given:
    """`die einen gaben 27 Schüsse ab, die anderen zwölf`: of what the count before is of; else the subject without a verb."""
    who = gapped(reading, drafts, k)
    return (found[k - 1] if k and drafts[k - 1].kind == "count" and drafts[k - 1].noun else None) or who if who else None


def thereof(reading: Reading, draft: Draft) -> bool:
    """`zwei Drittel davon`, `von denen 1.000 Euro`: a part of what the figure before is about."""
    word = reading.word(draft.end)
    if draft.kind in ("fraction", "percent") and word is not None and reading.words.has(word.norm, "measured.thereof"):
        return True
    i = reading.token_before(draft.start)
    norms, words = reading.tokens.norms, reading.words
    if i < 1 or draft.kind == "number" or not reading.same_sentence(i - 1, i):
        return False
    whose = words.has(norms[i], "measured.of_which") and words.has(norms[i - 1], "measured.attribute")
    return whose or words.has(norms[i], "measured.thereof")


def same_again(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Given:
    """`im Vorjahr waren es 40 Prozent`, `das sind 57 Prozent`, `…, ein Plus von vier Prozent`: of what the figure before is."""
    near = next((n for n in range(k - 1, max(k - 4, -1), -1) if found[n] or drafts[n].noun), None)
    if near is None:
        return None
    i, j = reading.token_at(drafts[k].start), reading.token_at(drafts[near].start)
    if reading.tokens.sentence_of[i] - reading.tokens.sentence_of[j] > 1:
        return None
    first, _ = clause_of(reading, i)
    norms, words = reading.tokens.norms, reading.words
    copula = any(
        words.has(norms[v], "measured.copulas")
        and (
            (words.has(norms[v + 1], "measured.neuter") and nominal_end(reading, v + 1, i) == v + 1)
            or (v > first and words.has(norms[v - 1], "measured.neuter"))
        )
        for v in range(first, i)
    )
    apposed = j < first and any(change_noun(reading, v) for v in range(first, min(first + 3, i)))
    than = drafts[k].change in ("by", "of") or drafts[k].rule in AS_MUCH
    until = i if drafts[k].rule in AS_MUCH else clause_of(reading, i)[1]
    compared = j < first and than and not reading.verbs_in(first, until)
    if not (copula or ((apposed or compared) and reading.same_sentence(i, j))):
        return None
    return found[near] or drafts[near].noun


def share_again(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Measured | None:
    """`57 Prozent der Befragten sind dafür, 31 Prozent dagegen`: a share at the head of its clause is one of the same."""
    i = reading.token_at(drafts[k].start)
    first, last = clause_of(reading, i)
    norms, words = reading.tokens.norms, reading.words
    alone = all(norms[v] in words.comparator_parts or words.has(norms[v], "measured.conjunctions") for v in range(first, i))
    behind = reading.token_after(drafts[k].end)
    if drafts[k].kind != "percent" or not alone or behind >= last or not reading.tokens.words[behind][:1].islower():
        return None
    near = next((n for n in range(k - 1, max(k - 4, -1), -1) if drafts[n].kind == "percent"), None)
    given = found[near] if near is not None else None
    if near is None or given is None:
        return None
    j = reading.token_at(drafts[near].start)
    whole = any(0 <= given.start - drafts[n].end <= ARTICLE for n in range(max(0, near - 3), near + 1))
    return given if whole and reading.tokens.sentence_of[i] - reading.tokens.sentence_of[j] <= 1 else None


def bracketed(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Given:
    """`die Einbrüche gingen zurück (−18 %)`: of what the clause before the bracket is about."""
    i = reading.token_at(drafts[k].start)
    while i > 2 and (
        reading.words.has(reading.tokens.norms[i - 1], "measured.gap")
        or reading.tokens.norms[i - 1] in reading.words.comparator_parts
    ):
        i -= 1
    if i < 2 or reading.tokens.words[i - 1] != "(" or not reading.same_sentence(i - 2, i):
        return None
    first, last = clause_of(reading, i - 2)
    if k and drafts[k - 1].start >= reading.tokens.starts[first]:
        noun = drafts[k - 1].noun
        return found[k - 1] or (noun if noun and noun[1] == i - 1 else None)
    free = [p for p in phrases(reading, first, last) if eligible(reading, p, [])]
    phrase = next((p for p in free if p.last == i - 1), free[0] if free else None)
    return (phrase.first, phrase.last) if phrase else None


def passed_on(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Measured | None:
    """What the draft before measures, where this one is its other end or its conversion."""
    if not k:
        return None
    left, draft = drafts[k - 1], drafts[k]
    near = reading.same_sentence(reading.token_at(left.start), reading.token_at(draft.start))
    if near and (
        draft.change == "conversion"
        or ((left.change, draft.change) in (("from", "to"), ("to", "from")) and not reading.parted(left, draft))
        or left.rule in ("shared-unit", "unit-behind-bracket")
        or (draft.rule == "unit-before" and left.unit == draft.unit)
    ):
        return found[k - 1]
    return None


def left_out(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Measured | None:
    """`beträgt 2007 noch 1,7 Prozent, 2008 2,9 Prozent`: a clause without verb and subject goes on from the one before."""
    left = next((j for j in range(k - 1, max(k - 3, -1), -1) if drafts[j].kind == drafts[k].kind), None)
    if left is None or drafts[left].unit != drafts[k].unit:
        return None
    i, j = reading.token_at(drafts[k].start), reading.token_at(drafts[left].start)
    first, last = clause_of(reading, i)
    own = reading.verbs_in(first, last) or any(p.head < i and not p.governor for p in phrases(reading, first, last))
    return None if own or not reading.same_sentence(i, j) else found[left]
