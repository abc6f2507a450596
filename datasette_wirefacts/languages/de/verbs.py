"""German infinitives -> their forms, conjugated by rule.

A weak verb is given as its infinitive, a strong one as ``geben gibt gab gegeben``; ``|`` parts a separable prefix: ``an|geben``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

BOUND = "-"  # before a form that lives only behind a prefix
UMLAUT = str.maketrans("aou", "äöü")
NO_GE = ("be", "ent", "emp", "er", "ver", "zer", "miss", "ge", "wider", "hinter", "über", "unter")


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of a verb without its separable prefix; ``prefix`` is that, or empty."""

    prefix: str
    infinitive: str
    indicative: frozenset[str]
    subjunctive1: frozenset[str]
    subjunctive2: frozenset[str]
    participle: str

    @property
    def lemma(self) -> str:
        return self.prefix + self.infinitive


def conjugate(verb: str, strong: dict[str, tuple[str, str, str]]) -> Forms:
    """The forms of an infinitive; ``strong`` maps infinitives to third person, preterite and participle.

    >>> sorted(conjugate("mit|teilen", {}).indicative), conjugate("mit|teilen", {}).participle
    (['teile', 'teilen', 'teilst', 'teilt', 'teilte', 'teilten'], 'mitgeteilt')
    >>> forms = conjugate("an|geben", {"geben": ("gibt", "gab", "gegeben")})
    >>> sorted(forms.subjunctive1), sorted(forms.subjunctive2), forms.participle
    (['gebe'], ['gäbe', 'gäben'], 'angegeben')
    """
    prefix, _, base = verb.rpartition("|")
    inseparable, root = _root(base, strong)
    if root in strong:
        third, preterite, participle = strong[root]
        forms = _strong(root, third, preterite)
        participle = (
            participle.removeprefix("ge") if inseparable and participle.startswith("ge") and root != "geben" else participle
        )
        if inseparable and root == "geben":
            participle = "geben"
    else:
        inseparable, root = "", base
        forms = _weak(base)
        participle = _weak_participle(base)
    add = inseparable.__add__
    return Forms(
        prefix=prefix,
        infinitive=base,
        indicative=frozenset(map(add, forms[0])),
        subjunctive1=frozenset(map(add, forms[1])),
        subjunctive2=frozenset(map(add, forms[2])),
        participle=prefix + inseparable + participle,
    )


def read_strong(lines: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """``geben gibt gab gegeben`` -> geben: (gibt, gab, gegeben)."""
    words = [line.split() for line in lines]
    return {w[0]: (w[1], w[2], w[3]) for w in words}


def _root(base: str, strong: dict[str, tuple[str, str, str]]) -> tuple[str, str]:
    """An inseparable prefix and the strong verb behind it."""
    if base in strong:
        return "", base
    for prefix in NO_GE:
        if base.startswith(prefix) and base[len(prefix) :] in strong:
            return prefix, base[len(prefix) :]
    return "", base


def _stem(infinitive: str) -> str:
    return infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1]


def _strong(infinitive: str, third: str, preterite: str) -> tuple[set[str], set[str], set[str]]:
    stem = _stem(infinitive)
    plural = preterite + "n" if preterite.endswith("e") else preterite + "en"
    present = {infinitive, third, stem + "t" if not stem.endswith(("t", "d")) else stem + "et"}
    umlaut = _umlaut(preterite.removesuffix("e"))
    subjunctive2 = {umlaut + "e", umlaut + "en"} - {preterite, plural}
    return present | {preterite, plural}, {stem + "e"}, subjunctive2


def _umlaut(stem: str) -> str:
    at = max(stem.rfind(vowel) for vowel in "aou")
    return stem[:at] + stem[at].translate(UMLAUT) + stem[at + 1 :] if at >= 0 else stem


def _weak(infinitive: str) -> tuple[set[str], set[str], set[str]]:
    stem = _stem(infinitive)
    link = "e" if stem.endswith(("t", "d", "chn", "dn", "ffn", "gn", "dm", "tm")) else ""
    first = stem[:-2] + stem[-1] + "e" if stem.endswith(("el",)) else stem + "e"
    present = {infinitive, stem + link + "t", stem + link + "st", first}
    return present | {stem + link + "te", stem + link + "ten"}, {stem + "e"}, set()


def _weak_participle(infinitive: str) -> str:
    stem = _stem(infinitive)
    link = "e" if stem.endswith(("t", "d", "chn", "dn", "ffn", "gn", "dm", "tm")) else ""
    bare = infinitive.endswith("ieren") or (
        infinitive.startswith(NO_GE) and not infinitive.startswith(("gehen", "erben", "beten", "beben"))
    )
    return ("" if bare else "ge") + stem + link + "t"


def verb_forms(grammar: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every form of the verbs of the table ``grammar``, Swiss spelling too, with its kind: finite, subj1, subj2, inf, part."""
    for form, name in _table_forms(grammar):
        yield form, name
        if "ß" in form:
            yield form.replace("ß", "ss"), name


def _table_forms(grammar: dict[str, Any]) -> Iterator[tuple[str, str]]:
    strong = read_strong(grammar["verbs"]["strong"])
    bound = grammar["verbs"]["bound"]
    for verb in [*strong, *grammar["verbs"]["weak"], *bound]:
        forms = conjugate(verb, strong)
        behind = BOUND if verb in set(bound) else ""
        yield behind + verb, "inf"
        yield behind + forms.participle, "part"
        for name, found in (("finite", forms.indicative), ("subj1", forms.subjunctive1), ("subj2", forms.subjunctive2)):
            for form in found:
                yield behind + form, name


def conjugated(verb: str, grammar: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Every form of a cue verb, Swiss spelling too: form, prefix that must stand apart, shape (finite, part, inf), lemma.

    >>> forms = conjugated("mit|teilen", {"verbs": {"strong": []}})
    >>> sorted(form for form, prefix, shape, lemma in forms if shape == "finite" and not prefix)
    ['mitteile', 'mitteilen', 'mitteilst', 'mitteilt', 'mitteilte', 'mitteilten']
    """
    for form, prefix, shape, lemma in _cue_forms(verb, grammar):
        yield form, prefix, shape, lemma
        if "ß" in form:
            yield form.replace("ß", "ss"), prefix, shape, lemma


def _cue_forms(verb: str, grammar: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    forms = conjugate(verb, read_strong(grammar["verbs"]["strong"]))
    finite = forms.indicative | forms.subjunctive1 | forms.subjunctive2
    if verb in AUXILIARIES:
        finite |= AUXILIARIES[verb]
    for form in sorted(finite):
        if forms.prefix:
            yield form, forms.prefix, "finite", forms.lemma
        yield forms.prefix + form, "", "finite", forms.lemma
    yield forms.participle, "", "part", forms.lemma
    yield forms.lemma, "", "inf", forms.lemma
    if forms.prefix:
        yield f"{forms.prefix}zu{forms.infinitive}", "", "inf", forms.lemma


# The forms of "sein", "haben" and "werden" that no rule makes.
AUXILIARIES = {
    "sein": frozenset({"ist", "sind", "war", "waren", "sei", "seien", "wäre", "wären", "bin"}),
    "haben": frozenset({"hat", "haben", "hatte", "hatten", "habe", "hätte", "hätten"}),
    "wollen": frozenset({"will", "wollen"}),
    "mögen": frozenset({"möchte", "möchten"}),
    "werden": frozenset({"wird", "werden", "wurde", "wurden", "werde", "würde", "würden"}),
}
