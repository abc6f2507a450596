"""Draft -> trend and change: whether the figure's clause says that something rose or fell, and by, to or from what."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.phrases import clause_of
from datasette_wirefacts.extractors.figures.reading import FEW, Draft, Reading
from datasette_wirefacts.extractors.figures.spans import number_at

FARTHEST = 24  # characters between a figure and the one that stands in its place
LEAST_INDEX = 50  # percent: less is rarely an index
CHANGING = frozenset(
    {"money", "percent", "percentage_point", "multiple", "fraction", "measure", "temperature", "count", "number", "duration"}
)


def set_trends(reading: Reading, drafts: list[Draft]) -> None:
    """Sets trend and change of every draft that states one."""
    for k, draft in enumerate(drafts):
        if draft.kind not in CHANGING or not reading.tokens.words:
            continue
        found = role_before(reading, draft)
        paired = goes_on(reading, draft, drafts[k + 1 : k + 2]) or comes_from(reading, drafts[max(0, k - 1) : k], draft)
        role = None if found == "from" and not paired else found
        if draft.kind == "duration" and role not in ("by", "to"):
            continue
        if trend := than_behind(reading, draft):
            role = "by"  # "auf zwei Prozent mehr Lohn geeinigt"
        trend, way = (trend, None) if trend else direction(reading, draft, role, found)
        if trend:
            draft.trend, draft.change = draft.trend or trend, role or way
        elif role == "by" and differs(reading, draft):
            draft.change = "by"
        elif indexed(reading, draft):
            draft.change = "of"


def differs(reading: Reading, draft: Draft) -> bool:
    """`liegt um 12 Prozent über …`, `um 45 Minuten verlegt`: a difference of which nobody says that something rose."""
    if draft.kind not in ("percent", "percentage_point", "measure", "duration"):
        return False
    first, last = clause_of(reading, reading.token_at(draft.start))
    return not reading.any_of(first, last, "change.about_verbs")


def role_before(reading: Reading, draft: Draft) -> str | None:
    """What the preposition before the figure says, comparators and articles aside."""
    if draft.start not in reading.roles:
        reading.roles[draft.start] = read_role(reading, draft)
    return reading.roles[draft.start]


def read_role(reading: Reading, draft: Draft) -> str | None:
    """The same, read from the tokens."""
    words, norms = reading.words, reading.tokens.norms
    before = reading.token_before(draft.start)
    for i in range(before, max(before - FEW, -1), -1):
        if not reading.same_sentence(i, before + 1):
            return None
        norm = norms[i]
        if words.has(norm, "ranges.between"):
            return "from"  # "ein Plus zwischen 8 und 12 Prozent": only a noun before it can say of what
        for role in ("by", "to", "from"):
            if words.has(norm, f"change.{role}"):
                return role
        if norm not in words.comparator_parts and not words.has(norm, "passed over"):
            return None
    return None


def goes_on(reading: Reading, draft: Draft, following: list[Draft]) -> bool:
    """Whether `von … ` is followed by `auf …`."""
    return bool(following) and following[0].start - draft.end < 40 and role_before(reading, following[0]) == "to"


def comes_from(reading: Reading, before: list[Draft], draft: Draft) -> bool:
    """Whether `auf …` stands before `von …`, in the same unit: `sank auf 4,9 von 7,5 Prozent`."""
    return any(
        left.change == "to"
        and left.unit == draft.unit
        and 0 <= draft.start - left.end <= FARTHEST
        and not reading.parted(left, draft)
        for left in before
    )


def direction(reading: Reading, draft: Draft, role: str | None, preposition: str | None) -> tuple[str | None, str | None]:
    """Up or down, and "by" where the words alone say that the figure is the difference."""
    if draft.trend:
        return draft.trend, None
    plain = noun_before(reading, draft) if preposition and role in (None, "by") else None
    plain = plain or signed(reading, draft)
    if plain:
        return plain, "by"
    i = reading.token_at(draft.start)
    trend, bare = verb_in(reading, *clause_of(reading, i), i)
    if role is None and draft.kind == "multiple" and draft.rule == "multiple-suffix":
        return trend or verb_in(reading, *reading.around(i), i)[0], None
    if role is None and not (bare and draft.kind in ("percent", "percentage_point", "money", "measure")):
        return None, None
    if trend is None and role:
        trend, _ = verb_in(reading, *reading.around(i), i)
    if trend is None and role:
        trend = noun_before(reading, draft) or noun_in(reading, reading.around(i)[0], i)
    return trend, "by" if bare and role is None else None


def noun_in(reading: Reading, first: int, last: int) -> str | None:
    """`Erste Senkung seit 2019, und zwar um …`: the last noun of change in a token range."""
    for k in range(last - 1, first - 1, -1):
        if reading.tokens.words[k][:1].isupper():
            for way in ("up", "down"):
                if reading.tokens.norms[k].endswith(tuple(reading.words.get("trend", f"{way}_nouns")) or ("\0",)):
                    return way
    return None


def indexed(reading: Reading, draft: Draft) -> bool:
    """`107,6 Prozent gegenüber dem Vorjahr`: how large the whole is as against another, not a rise of so much."""
    word = reading.word(draft.end)
    base = reading.word(word.end) if word else None
    large = draft.kind == "percent" and draft.amount is not None and draft.amount >= LEAST_INDEX
    if word is None or not large:
        return False
    year_before = base is not None and base.norm.startswith(tuple(reading.words.get("change", "index_bases")) or ("\0",))
    return reading.words.has(word.norm, "change.index") or (reading.words.has(word.norm, "measured.partitive") and year_before)


def verb_in(reading: Reading, first: int, last: int, near: int) -> tuple[str | None, bool]:
    """The direction of the trend verb next to token ``near`` in the range, and whether it takes a bare object."""
    words, norms = reading.words, reading.tokens.norms
    best: tuple[int, str, bool] | None = None
    for k in reading.verbs_in(first, last):
        way = verb_direction(reading, k)
        if way and not reading.tokens.words[k][:1].isupper() and not elsewhere(reading, k, near, (first, last)):
            distance = abs(k - near)
            if best is None or distance < best[0]:
                best = (distance, way, words.has(norms[k], "trend.bare") and joined(reading, k, near))
    return (best[1], best[2]) if best else (None, False)


def elsewhere(reading: Reading, k: int, near: int, clause: tuple[int, int]) -> bool:
    """Whether a verb behind the figure begins another clause (`… und stürzten`) or means a loss (`verloren gegangen`)."""
    norms, words = reading.tokens.norms, reading.words
    if words.has(norms[k], "change.losing") and any(words.has(norm, "change.lost") for norm in norms[slice(*clause)]):
        return True
    return k > near and words.has(norms[k - 1], "measured.conjunctions")


def verb_direction(reading: Reading, k: int) -> str | None:
    """Up or down, if token k is a verb of change."""
    norm, words = reading.tokens.norms[k], reading.words
    if words.has(norm, "trend.up"):
        return "up"
    if words.has(norm, "trend.down"):
        return "down"
    if norm in words.multiplying:
        return words.multiplying[norm]
    return separated(reading, k)


def joined(reading: Reading, verb: int, near: int) -> bool:
    """Whether no conjunction and no preposition stands between a verb and a figure."""
    words, norms = reading.words, reading.tokens.norms
    return not any(
        words.has(norms[k], "measured.conjunctions") or words.has(norms[k], "change.no_object")
        for k in range(min(verb, near) + 1, max(verb, near))
    )


def separated(reading: Reading, k: int) -> str | None:
    """The direction of a verb whose particle stands at the end of its clause: `nahm … zu`."""
    norms = reading.tokens.norms
    particles = reading.words.particle_verbs.get(norms[k])
    if particles is None:
        return None
    end = clause_of(reading, k)[1]
    while end > k and not norms[end - 1][:1].isalpha():
        end -= 1
    for e in range(k + 1, end):
        if norms[e] in particles and (e + 1 == end or reading.words.has(norms[e + 1], "measured.conjunctions")):
            return particles[norms[e]]
    return None


def than_behind(reading: Reading, draft: Draft) -> str | None:
    """`vier Prozent mehr als im Vorjahr`, `3 Euro mehr`, `elf Einsätze weniger`."""
    end = draft.end if draft.noun is None else reading.tokens.ends[draft.noun[1] - 1]
    word = reading.word(end)
    if word is None or draft.kind in ("duration", "number"):
        return None
    following = reading.word(word.end)
    if draft.noun and following and (word.norm, following.norm) in reading.words.comparators:
        number = number_at(reading, following.end)
        if number and not (number.form == "digits" and number.end - number.start == 4 and not number.grouped):
            return None  # "aus 30 Texten mehr als 120 Stellen": it compares the next number, which is no year
    if draft.kind in ("money", "measure") and following and following.surface[:1].isupper():
        return None
    return (
        "up"
        if reading.words.has(word.norm, "trend.up_than")
        else "down"
        if reading.words.has(word.norm, "trend.down_than")
        else None
    )


def noun_before(reading: Reading, draft: Draft) -> str | None:
    """`ein Plus von 7,3 Prozent`, `der Rückgang um zehn Punkte`: the noun that governs the figure's preposition."""
    i = reading.token_before(draft.start)
    norms = reading.tokens.norms
    left = clause_of(reading, i)[0] if i >= 0 else 0
    for k in range(i, max(left, i - 8) - 1, -1):
        if not reading.tokens.words[k][:1].isupper():
            continue
        for way in ("up", "down"):
            if any(norms[k].endswith(noun) for noun in reading.words.get("trend", f"{way}_nouns")):
                return way
    return None


def signed(reading: Reading, draft: Draft) -> str | None:
    """`(+67 %)`, `plus 67 Prozent`."""
    if draft.kind not in ("percent", "percentage_point"):
        return None
    before, _ = reading.before(draft.start)
    if reading.words.has(before, "change.level"):
        return None  # "bei minus 0,5 Prozent": a level
    sign = reading.text[max(0, draft.start - 2) : draft.start + 1].replace(" ", "")[-2:]
    if reading.words.has(before, "signs.plus_words") or any(reading.words.has(c, "signs.plus") for c in sign):
        return "up"
    return "down" if draft.amount is not None and draft.amount < 0 else None
