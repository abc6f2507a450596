"""Spotted persons -> who they are: a full name, and the mentions by surname alone that belong to it."""

from __future__ import annotations

from collections.abc import Sequence

from datasette_wirefacts.extractors.entities.lexicon import FIRST
from datasette_wirefacts.extractors.entities.nominative import base_of_person
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted
from datasette_wirefacts.names import fold


class People:
    """The persons of a text by the key of their full name, and by the words that may stand for it."""

    def __init__(self, reading: Reading, found: Sequence[Spotted]) -> None:
        self.reading = reading
        self.forms = {reading.surface(spotted.first, spotted.last) for spotted in found}
        self.full: dict[str, str] = {}
        self.genders: dict[str, str | None] = {}
        self.by_word: dict[str, list[str]] = {}
        self.by_first: dict[str, list[tuple[int, str]]] = {}
        for spotted in found:
            if self._is_full(self.base(spotted)):
                self._learn(self.base(spotted), spotted.gender)
                first, *_ = self.base(spotted).split()
                self.by_first.setdefault(first, []).append((spotted.first, self.full[fold(self.base(spotted))]))

    def base(self, spotted: Spotted) -> str:
        """The mention without genitive, or the name that its rule gives it."""
        surface = self.reading.surface(spotted.first, spotted.last)
        return spotted.name or base_of_person(self.reading, spotted, surface, self.forms)

    def name(self, spotted: Spotted) -> str:
        """The full name of who is meant; the mention's own where that is not certain."""
        base = self.base(spotted)
        key = fold(base)
        if key in self.full:
            return self.full[key]
        surface = self.reading.surface(spotted.first, spotted.last)
        for word in dict.fromkeys((base, surface, surface[:-1] if surface[-1] == "s" else surface)):
            names = self._of_gender(self.by_word.get(fold(word), []), spotted.gender)
            if len(names) == 1:
                return names[0]
        if len(base.split()) > 1:
            return base
        earlier = {name for at, name in self.by_first.get(base, []) if at < spotted.first}
        return earlier.pop() if len(earlier) == 1 else self._in_title(base) or base

    def _is_full(self, name: str) -> bool:
        words = name.split()
        return len(words) > 1 and words[0].lower() not in self.reading.table.particles

    def _learn(self, name: str, gender: str | None) -> None:
        key = fold(name)
        if name.isupper():
            name = name.title()
        elif key in self.full and self.full[key] == name.upper().title():
            self._rename(key, name)
        if key in self.full:
            self.genders[self.full[key]] = self.genders[self.full[key]] or gender
            return
        self.full[key] = name
        self.genders[name] = gender
        words = name.split()
        last = [words[-1], *self._with_particles(words)]
        # "Fu Linghui" is Fu: the first word stands for the person where it is no first name.
        if not self.reading.lexicon.know(words[0]) & FIRST:
            last.append(words[0])
        for word in last:
            self.by_word.setdefault(fold(word), []).append(name)

    def _with_particles(self, words: list[str]) -> list[str]:
        """The surname with its particles: "von der Leyen"."""
        at = len(words) - 1
        while at > 1 and words[at - 1] in self.reading.table.particles:
            at -= 1
        return [" ".join(words[at:])] if at < len(words) - 1 else []

    def _rename(self, key: str, name: str) -> None:
        """The spelling of the text itself is better than what was made of a headline's capitals."""
        old = self.full[key]
        self.full[key] = name
        self.genders[name] = self.genders.pop(old)
        for names in self.by_word.values():
            names[:] = [name if each == old else each for each in names]

    def _of_gender(self, names: list[str], gender: str | None) -> list[str]:
        """Of several with one surname those that a title's gender allows: "Frau Parsons"."""
        if len(names) < 2 or gender is None:
            return names
        return [name for name in names if self.genders[name] in (gender, None)]

    def _in_title(self, surname: str) -> str | None:
        """The full name that only the title gives."""
        words = (self.reading.text.title or "").split()
        for k in range(1, len(words)):
            if words[k].strip('.,:;!?"“”„«»()') == surname and self.reading.lexicon.know(words[k - 1]) & FIRST:
                return f"{words[k - 1]} {surname}"
        return None
