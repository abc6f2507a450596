"""Reading -> persons: a title or an office before a name, a first name before a surname, a surname alone."""

from __future__ import annotations

from datasette_wirefacts.extractors.entities.lexicon import (
    COMMON,
    FIRST,
    FIRST_FEMALE,
    FIRST_MALE,
    GENITIVE,
    KNOWN,
    LAST,
    LIKE_FIRST,
    LIKE_LAST,
    LIKE_PLACE,
    NAME,
    NOUN,
)
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

LONGEST = 6  # tokens of a name
RARE = 35  # a probability (times -3) from which a noun behind "von der" is rather a surname
REGNAL = frozenset(f"{tens}{ones}" for tens in ("", "X") for ones in ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"))


def person_at(reading: Reading, i: int) -> Spotted | None:
    """The person whose name begins at token i."""
    word, mask = reading.words[i], reading.masks[i]
    if word in reading.table.always and not mask & FIRST:
        return None
    if word in reading.gazetteer.names or (word[-1] == "s" and word[:-1] in reading.gazetteer.names and not mask & FIRST):
        return None
    titled, gender = title_before(reading, i)
    if titled and _of_country(reading, i):
        return None
    if titled:
        joint = _joint(reading, i) if _first_name(reading, i) else None
        if joint is not None:
            return joint
        last = _titled_end(reading, i)
        if last:
            last = _with_suffix(reading, last)
            return Spotted(first=i, last=last, kind="person", rule="title", gender=gender or gender_of(reading, i, last))
    if _first_name(reading, i):
        joint = _joint(reading, i)
        if joint is not None:
            return joint
        last = _full_name_end(reading, i) or _noun_as_surname(reading, i)
        if last:
            return Spotted(first=i, last=last, kind="person", rule="first-name", gender=gender_of(reading, i, last))
    return _eastern(reading, i) or _apposed(reading, i) or _pair(reading, i) or _alone(reading, i)


def _of_country(reading: Reading, i: int) -> bool:
    """True for a country or city in the genitive behind an office: "Präsident Israels"."""
    base = reading.words[i][:-1]
    if reading.words[i][-1] != "s" or reading.following(i)[:1].isupper():
        return False
    return base in reading.gazetteer.names or bool(reading.lexicon.know(base) & LIKE_PLACE and reading.masks[i] & GENITIVE)


def _eastern(reading: Reading, i: int) -> Spotted | None:
    """A family name that stands first, before one or two words that no list knows: "Fu Wenrui", "Nguyen Van Tho"."""
    if reading.words[i] not in reading.table.eastern:
        return None
    j = i + 1
    while j < min(len(reading), i + 3) and reading.joined(j) and _given(reading, j, first=j == i + 1):
        j += 1
    return Spotted(first=i, last=j, kind="person", rule="family-first") if j > i + 1 else None


def _given(reading: Reading, j: int, first: bool) -> bool:
    """True for what may be a given name behind a family name."""
    word, mask = reading.words[j], reading.masks[j]
    if not word[0].isupper() or word.isupper() or word in reading.table.always or reading.offices.find(word):
        return False
    if {reading.tokens.norms[j], reading.tokens.norms[j - 1]} & reading.table.particles:
        return True  # "Van"
    return not mask & (COMMON | NOUN) and (first or not mask & KNOWN)


def _apposed(reading: Reading, i: int) -> Spotted | None:
    """Two words that no list knows with an office beside them: "Fu Linghui, Sprecher des …"."""
    if i + 2 >= len(reading) or not reading.joined(i + 1) or reading.words[i + 2] != ",":
        return None
    for k in (i, i + 1):
        word, mask = reading.words[k], reading.masks[k]
        if not word[0].isupper() or not word[1:].islower() or word in reading.table.always or (mask & KNOWN and not mask & NAME):
            return None
    if _office_behind(reading, i + 3) or (reading.previous(i) == "," and _office_ahead(reading, i - 2)):
        return Spotted(first=i, last=i + 2, kind="person", rule="apposed")
    return None


def _office_behind(reading: Reading, k: int) -> bool:
    """True where an office stands at k, or behind an article and an adjective."""
    for at in range(k, min(k + 3, len(reading))):
        if reading.offices.find(reading.words[at]):
            return True
        if not reading.words[at][0].islower():
            return False
    return False


def _office_ahead(reading: Reading, k: int) -> bool:
    """True where an unbroken phrase that ends at k begins with an office."""
    for at in range(k, max(-1, k - LONGEST), -1):
        if reading.offices.find(reading.words[at]):
            return True
        if not reading.words[at][0].isalpha():
            return False
    return False


def _pair(reading: Reading, i: int) -> Spotted | None:
    """A word that no list knows before a surname, or two such words: "Balbir Singh"."""
    if reading.masks[i] & ~GENITIVE or not reading.words[i][1:].islower() or i + 1 >= len(reading) or not reading.joined(i + 1):
        return None
    mask = reading.masks[i + 1]
    surname = mask & (LAST | LIKE_LAST) and not mask & (NOUN | COMMON | LIKE_PLACE)
    if not surname or reading.words[i] in reading.table.always:
        return None
    return Spotted(first=i, last=i + 2, kind="person", rule="pair")


def _joint(reading: Reading, i: int) -> Spotted | None:
    """A first name that shares the surname of the next: "Katharine und Charles Parsons"."""
    if i + 3 >= len(reading) or reading.words[i + 1] not in reading.table.joining or not _first_name(reading, i + 2):
        return None
    end = _full_name_end(reading, i + 2) if all(reading.joined(k) for k in (i + 1, i + 2)) else 0
    if not end or end != i + 4:
        return None
    gender = {FIRST_MALE: "m", FIRST_FEMALE: "f"}.get(reading.masks[i] & FIRST)
    name = f"{reading.words[i]} {reading.words[end - 1]}"
    return Spotted(first=i, last=i + 1, kind="person", rule="joint-name", name=name, gender=gender)


def title_before(reading: Reading, i: int) -> tuple[bool, str | None]:
    """Whether a title, an office or a word of kinship stands before token i, and the gender that it tells."""
    previous = reading.previous(i)
    if not previous or not reading.joined(i):
        return False, None
    if previous in reading.table.address or previous in reading.table.families:
        return True, reading.table.gender_of.get(previous)
    office = reading.offices.find(previous)
    return (True, office.gender) if office else (False, None)


def gender_of(reading: Reading, first: int, last: int) -> str | None:
    """The gender of the first name, where its lists agree."""
    bits = reading.masks[first] & FIRST if last - first > 1 and reading.masks[first] & LIKE_FIRST else 0
    return {FIRST_MALE: "m", FIRST_FEMALE: "f"}.get(bits)


def initial(word: str) -> bool:
    """True for "W." and "J.-P."."""
    return word.endswith(".") and len(word) <= 5 and word[0].isupper() and (len(word) == 2 or "-" in word or word.count(".") > 1)


def name_like(reading: Reading, i: int) -> bool:
    """True where the word may be a surname: it is one, or no known word."""
    word, mask = reading.words[i], reading.masks[i]
    if not word[0].isupper() or not word[1:2].isalpha() or word in reading.table.always:
        return False
    if mask & (LAST | LIKE_LAST | LIKE_FIRST | FIRST):
        return True
    return not mask & (COMMON | KNOWN) or bool(mask & LIKE_PLACE)


def _first_name(reading: Reading, i: int) -> bool:
    word, mask = reading.words[i], reading.masks[i]
    if word in reading.table.address:
        return False
    if initial(word):
        return True
    sure = mask & LIKE_FIRST or not mask & (NOUN | COMMON | LIKE_PLACE)
    return bool((mask & FIRST and sure) or (mask & LIKE_FIRST and not mask & COMMON))


def _titled_end(reading: Reading, i: int) -> int:
    """The end of a name behind a title: first names, particles, surname; 0 where no name stands there."""
    if reading.words[i] in reading.table.particles and reading.words[i] in reading.table.opening_particles:
        return _surname_end(reading, i)
    if reading.words[i] in reading.table.address and not reading.words[i].isalpha():  # "Ing.", "Mag."
        return 0
    if reading.masks[i] & KNOWN and not reading.masks[i] & NAME and reading.offices.find(reading.words[i]):
        return 0
    addressed = reading.previous(i) in reading.table.gender_of and reading.words[i] not in reading.table.always
    if not addressed and not name_like(reading, i) and not initial(reading.words[i]):
        return 0
    end = _full_name_end(reading, i) or _noun_as_surname(reading, i) or _unknown_end(reading, i)
    return end if not initial(reading.words[i]) or end - i > 1 else 0


def _full_name_end(reading: Reading, i: int) -> int:
    """The end of first names and a surname that begin at i; 0 where no surname follows."""
    j = i + 1
    while j < min(len(reading), i + LONGEST) and reading.joined(j) and (_first_name(reading, j) or _noble(reading, j)):
        j += 1
    end = _surname_end(reading, j)
    if not end and j - i > 1 and (name_like(reading, j - 1) or not initial(reading.words[i])):
        end = j
    return _with_suffix(reading, end) if end else 0


def _noble(reading: Reading, j: int) -> bool:
    return reading.words[j] in reading.table.nobility and j + 1 < len(reading) and reading.joined(j + 1)


def _with_suffix(reading: Reading, end: int) -> int:
    """The end with what may follow a name: "jun.", "II."."""
    following = reading.words[end] if end < len(reading) and reading.joined(end) else ""
    return end + 1 if following and (following in reading.table.suffixes or following.rstrip(".") in REGNAL) else end


def _unknown_end(reading: Reading, i: int) -> int:
    """The end of up to three words that no list knows, behind a title: "Hu Jintao"."""
    j = i + 1
    while j < min(len(reading), i + 3) and reading.joined(j) and reading.words[j][0].isupper() and name_like(reading, j):
        j += 1
    return j


def _noun_as_surname(reading: Reading, i: int) -> int:
    """Behind a word that is nothing but a first name even a noun is a surname: "Olga Brunnen"."""
    sure = reading.masks[i] & FIRST and reading.masks[i] & LIKE_FIRST and not reading.masks[i] & (COMMON | GENITIVE)
    if not sure or i + 1 >= len(reading) or not reading.joined(i + 1):
        return 0
    word = reading.words[i + 1]
    plain = word[0].isupper() and word[1:].islower() and word not in reading.table.always
    office = reading.masks[i + 1] & KNOWN and reading.offices.find(word)
    return i + 2 if plain and not office else 0


def _surname_end(reading: Reading, j: int) -> int:
    """The end of a surname that begins at j, with its particles; 0 where none does."""
    k = j
    while k < len(reading) and reading.joined(k) and reading.tokens.norms[k] in reading.table.particles and k - j < 3:
        k += 1
    if k >= len(reading) or not reading.joined(k):
        return 0
    if k > j and reading.words[k - 1] in reading.table.joining:
        return 0
    if k == j and initial(reading.words[k]) and len(reading.words[k]) == 2:
        return k + 1
    if not name_like(reading, k) and not (_rare(reading, k) if k == j else _behind_particle(reading, k)):
        return 0
    if k + 1 < len(reading) and reading.joined(k + 1) and reading.masks[k + 1] & (LAST | LIKE_LAST) and _pure_name(reading, k + 1):
        return k + 2
    return k + 1


def _behind_particle(reading: Reading, k: int) -> bool:
    """Behind a particle any word but a common one is a surname; behind a foreign one even that: "van Beethoven"."""
    word, mask = reading.words[k], reading.masks[k]
    foreign = reading.tokens.norms[k - 1] not in reading.table.own_particles
    rare = reading.words[k - 2] in reading.table.particles and reading.lexicon.row(word).probability > RARE
    return word[0].isupper() and not mask & COMMON and (foreign or rare or not (mask & NOUN and mask & KNOWN))


def _rare(reading: Reading, k: int) -> bool:
    mask = reading.masks[k]
    return bool(mask & KNOWN) and not mask & (NOUN | COMMON) and reading.words[k][1:2].islower()


def _pure_name(reading: Reading, k: int) -> bool:
    mask = reading.masks[k]
    return bool(mask & (LIKE_LAST | LAST)) and not mask & (NOUN | COMMON) and reading.words[k] not in reading.table.always


def _alone(reading: Reading, i: int) -> Spotted | None:
    """A surname alone: a word that is hardly anything else."""
    word, mask = reading.words[i], reading.masks[i]
    if reading.previous(i).lower() in reading.table.noun_articles:
        return None
    if reading.following(i)[:1].isupper() and reading.masks[i + 1] & LIKE_FIRST and reading.joined(i + 1):
        return None  # "Trafikant Josef Piringer"
    if (
        not mask & LIKE_LAST
        or mask & (NOUN | COMMON)
        or word in reading.table.alone
        or word in reading.table.always
        or len(word) < 3
    ):
        return None
    return Spotted(first=i, last=i + 1, kind="person", rule="surname") if mask & NAME else None
