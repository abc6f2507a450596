"""Count -> what is counted: the counted noun with its attributes, also where it is left out, unless the noun is a mere unit."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.attributes import TokenRange, amounting, changed
from datasette_wirefacts.extractors.figures.phrases import clause_of, genitive_end, is_noun
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.sizes import strong
from datasette_wirefacts.extractors.figures.subjects import subject
from datasette_wirefacts.extractors.figures.trend import role_before, than_behind
from datasette_wirefacts.facts import Measured

FAR = 3  # figures back to the count whose noun is left out
SAME_STEM = 4  # letters that a pair such as `Schülerinnen und Schüler` shares


def counted(reading: Reading, drafts: list[Draft], k: int) -> TokenRange | None:
    """What a count with a noun of its own is about; None where the noun is only the unit of something else.

    A count says how many of something there are: `beschäftigt 85 Menschen`. Where its clause names a number, a strength or a
    whole that grows or shrinks to so many, that is what is measured: `Die Zahl der Container stieg auf 96.500 TEU`.
    """
    draft = drafts[k]
    if draft.noun is None or draft.kind != "count":
        return None
    if whole := strong(reading, draft.noun[1]):
        return whole
    noun = counted_phrase(reading, draft)
    if is_unit(reading, draft):
        return None
    role = role_before(reading, draft) if draft.trend and not than_behind(reading, draft) else None
    if role:
        return changed(reading, draft) or amounting(reading, draft) or subject(reading, drafts, k) or noun
    return amounting(reading, draft) or sized_subject(reading, drafts, k) or noun


def is_unit(reading: Reading, draft: Draft) -> bool:
    """Whether the counted noun is a unit of something else: points, votes, pieces."""
    return draft.noun is not None and reading.words.has(reading.tokens.norms[draft.noun[1] - 1], "measured.count_units")


def counted_phrase(reading: Reading, draft: Draft) -> TokenRange:
    """The counted noun with its adjectives and its genitive, without `weitere`."""
    first, last = draft.noun or (0, 1)
    words, norms = reading.words, reading.tokens.norms
    end = clause_of(reading, last - 1)[1]
    while first < last - 1 and words.has(norms[first], "measured.further"):
        first += 1
    head = last - 1
    paired = last + 1 < end and words.has(norms[last], "numbers.and") and is_noun(reading, last + 1)
    if paired and norms[last + 1][:SAME_STEM] == norms[head][:SAME_STEM]:
        last += 2
    return first, genitive_end(reading, last, end)


def sized_subject(reading: Reading, drafts: list[Draft], k: int) -> TokenRange | None:
    """`Die Zahl der Toten liegt bei 53 Menschen`: the subject, where it is a noun for how many there are."""
    found = subject(reading, drafts, k)
    stems = tuple(reading.words.get("measured", "count_nouns"))
    head = found and next((n for n in range(*found) if is_noun(reading, n)), None)
    return found if stems and head is not None and reading.tokens.norms[head].endswith(stems) else None


def left_out_noun(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> TokenRange | Measured | None:
    """`von 812 Kunden sind vier …`, `drei weitere`, `zwei von ihnen`: the noun of a count nearby, which this one leaves out."""
    draft = drafts[k]
    if draft.noun is not None or draft.unit or draft.kind != "count":
        return None
    words, norms = reading.words, reading.tokens.norms
    i, behind = reading.token_at(draft.start), reading.token_after(draft.end)
    of = norms[behind : behind + 2]
    if k + 1 < len(drafts) and drafts[k + 1].noun and of and words.has(of[0], "measured.partitive"):
        whole = drafts[k + 1]
        return counted_phrase(reading, whole) if reading.token_at(whole.start) == behind + 1 else None
    near = [n for n in range(k - 1, max(k - FAR, 0) - 1, -1) if drafts[n].kind == "count"]
    if not near or k - near[0] > FAR:
        return None
    left = drafts[near[0]]
    given, j = found[near[0]] or left.noun, reading.token_at(left.start)
    if reading.tokens.sentence_of[i] - reading.tokens.sentence_of[j] > 1:
        return None
    if of and (words.has(of[0], "measured.further") or words.has(of[0], "measured.thereof")):
        return given
    if len(of) > 1 and words.has(of[0], "measured.attribute") and words.has(of[1], "measured.of_them"):
        return given
    if not reading.same_sentence(i, j) or left.noun is None or near[0] != k - 1:
        return None
    of_whole = reading.token_before(left.start)
    while of_whole > 0 and words.has(norms[of_whole], "measured.oblique"):
        of_whole -= 1
    heads = reading.tokens.words[of_whole][:1].isupper() or clause_of(reading, of_whole)[0] == of_whole
    return given if heads and words.has(norms[of_whole], "measured.attribute") else None
