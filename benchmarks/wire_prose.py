"""Seed -> dispatches as an agency might write them, made up sentence by sentence; for benchmarks, not for tuning rules.

No two of them are alike: places, persons and institutions are put together from syllables, sentences from subjects and predicates
that are drawn for each. Some of them come again, as a copy or with a corrected figure.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST = datetime(2015, 1, 1, 6)
A_DAY = 27  # dispatches
COPIES, CORRECTIONS = 0.02, 0.01


def listed(words: str) -> list[str]:
    """The words, or the phrases between the strokes."""
    return [" ".join(phrase.split()) for phrase in words.split("|" if "|" in words else None)]


TOWN_HEADS = listed("""
    Alt Berg Birken Brack Buchen Dorn Eber Elster Erlen Falken Gras Hafen Heide Hohen Kalten Kirch Klein Lang Linden Mittel
    Mühl Neuen Nieder Ober Otter Quell Raben Reh Rosen Sand Schön Stein Strand Tannen Ulmen Wald Weiden Wester Wind Zell
""")
TOWN_TAILS = listed("""
    au bach berg beuren born brück burg dorf feld fels furt grund hagen hausen heim hof holz horst kirchen leben lohe mar
    moor münde rode see stadt stedt stein tal thal wald werder wiesen
""")
WOMEN = listed("""
    Anna Britta Carla Doris Elke Franka Gesa Heike Ines Jule Karin Lena Maren Nadja Olga Petra Rita Silke Tanja Ute Vera
    Wiebke
""")
MEN = listed("""
    Arne Bernd Claas Dirk Egon Frank Gerd Holger Ingo Jan Karl Lars Malte Nils Olaf Peter Ralf Sven Tim Uwe Volker Wolf
""")
NAME_HEADS = listed("""
    Ahl Bar Bech Bolt Brand Dahl Ehr Fal Ger Hal Hart Hol Jans Kel Kest Kor Lind Lor Marl Mer Nol Ost Pahl Rad Rei Rod Sal
    Sie Stam Stor Tam Thol Ul Vol Wal Wen Wes Wil Zan Zer
""")
NAME_TAILS = listed("""
    beck berger brandt dorf eis er hausen kamp ke ling mann meier mers ner ning rath sen ske stedt ter wald weg winter zel
""")
OFFICES = listed("""
    Bürgermeister Landrat Finanzminister Umweltminister Wirtschaftsminister Polizeisprecher Vorstandschef Geschäftsführer
    Staatsanwalt Gewerkschaftschef Einsatzleiter Verbandspräsident Museumsdirektor Schulleiter Trainer Forscher Amtsleiter
""")
BODIES = listed("""
    die Stadtwerke | das Landgericht | die Handwerkskammer | der Bauernverband | die Polizei | das Statistikamt |
    die Universität | der Sportverein | die Gewerkschaft | das Umweltamt | die Feuerwehr | der Landtag | die Klinik |
    die Sparkasse | die Werft
""")
THINGS = listed("""
    Wohnungen Brücken Radwege Schulen Windräder Busse Arbeitsplätze Lehrstellen Kleingärten Bäume Deiche Kitaplätze
    Krankenhausbetten Ladesäulen Geräte Fahrräder Anträge Einsätze Sandsäcke Bücher Bewerber Betriebe Haushalte
""")
TOPICS = listed("""
    Der Haushalt | Die neue Satzung | Das Bauprogramm | Der Klinikneubau | Die Hafenerweiterung | Der Tarifvertrag |
    Das Klimaschutzkonzept | Die Sanierung | Der Fahrplan | Das Förderprogramm | Der Waldumbau | Die Ausstellung |
    Der Sparplan | Das Gutachten | Die Stromtrasse
""")
DOES = listed("""
    soll im Herbst beschlossen werden | ist umstritten | kommt später als geplant | wird um ein Jahr verschoben |
    liegt nun aus | findet eine Mehrheit | steht vor dem Abschluss | muss überarbeitet werden | wird teurer als erwartet |
    hat Fehler | gilt als gesichert | bleibt hinter den Erwartungen zurück | stößt auf Widerstand |
    wird in zwei Schritten umgesetzt
""")
WE = listed("""
    Wir haben | Die Menschen haben | Die Betriebe haben | Unsere Kinder haben | Die Region hat | Das Land hat |
    Niemand hat | Jeder hat | Die Verwaltung hat | Der Markt hat | Die Politik hat | Die Jugend hat
""")
GOT = listed("""
    zu lange gewartet | ein Recht auf Klarheit | mehr verdient als Worte | aus den Fehlern gelernt | keine Zeit mehr |
    genug Geduld bewiesen | den Ernst der Lage verstanden | eine schwere Zeit hinter sich | allen Grund zur Freude |
    mit diesem Ergebnis gerechnet | das Ziel vor Augen | die Kosten unterschätzt | die besseren Argumente |
    einen langen Atem
""")
AND = listed("""
    und das wird auch so bleiben | aber das reicht noch nicht | und darauf sind wir stolz | doch die Arbeit fängt erst an |
    auch wenn es manchem nicht gefällt | und zwar quer durch alle Parteien | so einfach ist das | trotz aller Rückschläge |
    wenn man ehrlich ist | davon bin ich überzeugt | ob es uns passt oder nicht | das zeigen die Zahlen
""")
SAYS = listed("sagte erklärte betonte versicherte ergänzte meinte")
AGAINST = listed("stimmten klagen protestieren demonstrierten unterschrieben")
WEEKDAYS = listed("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag")
MONTHS = listed("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
WHILE = listed("""
    nach langer Debatte | am Rande einer Tagung | vor zahlreichen Gästen | bei der Vorlage des Jahresberichts |
    in einem Gespräch | nach einer Sitzung am Abend | während eines Rundgangs | zum Auftakt der Woche |
    in einer Mitteilung | vor dem Ausschuss
""")


@dataclass(frozen=True, slots=True)
class Dispatch:
    title: str
    body: str
    published: str


class Writer:
    """Draws the parts of one dispatch."""

    def __init__(self, seed: str) -> None:
        self.draw = random.Random(seed)
        self.town, self.other = self.place(), self.place()
        self.people = [self.person() for _ in range(3)]

    def one(self, parts: list[str]) -> str:
        return self.draw.choice(parts)

    def place(self) -> str:
        return self.one(TOWN_HEADS) + self.one(TOWN_TAILS)

    def person(self) -> tuple[str, str, str]:
        """Office, first name and surname."""
        woman = self.draw.random() < 0.5
        office = self.one(OFFICES)
        female = office.removesuffix("chef") + "chefin" if office.endswith("chef") else f"{office}in"
        female = female.replace("anwaltin", "anwältin").replace("ratin", "rätin")
        return female if woman else office, self.one(WOMEN if woman else MEN), self.one(NAME_HEADS) + self.one(NAME_TAILS)

    def number(self) -> str:
        return f"{round(self.draw.lognormvariate(6, 2)) + 2:,}".replace(",", ".")

    def share(self) -> str:
        return f"{self.draw.randrange(11, 480) / 10:.1f}".replace(".", ",") + " Prozent"

    def money(self) -> str:
        return f"{self.draw.randrange(11, 980) / 10:.1f}".replace(".", ",") + self.one([" Millionen Euro", " Milliarden Euro"])

    def topic(self) -> str:
        topic = self.one(TOPICS)
        return topic[0].lower() + topic[1:]

    def words(self) -> str:
        return f"{self.one(WE)} {self.one(GOT)}, {self.one(AND)}"

    def sentence(self) -> str:
        """One of the kinds of sentence, with its own words."""
        office, first, last = self.one(self.people)  # type: ignore[arg-type]
        year, day = self.draw.randrange(1950, 2024), f"{self.draw.randrange(1, 29)}. {self.one(MONTHS)}"
        return self.one(
            [
                f"„{self.words()}“, {self.one(SAYS)} {office} {first} {last} {self.one(WHILE)}.",
                f"„{self.words()}.“ Das {self.one(SAYS)} {last} am {self.one(WEEKDAYS)} in {self.town}.",
                f"{last} {self.one(SAYS)}, {self.topic()} sei seit {year} überfällig und koste {self.money()}.",
                f"Laut {last} entstehen bis {self.draw.randrange(2025, 2040)} {self.number()} {self.one(THINGS)} in {self.other}.",
                f"Nach Angaben des Amtes waren es im Vorjahr {self.number()} {self.one(THINGS)}, {self.share()} mehr als {year}.",
                f"{self.one(TOPICS)} {self.one(DOES)}, wie {self.one(BODIES)} in {self.other} am {day} mitteilte.",
                f"Für {self.number()} {self.one(THINGS)} sind {self.money()} vorgesehen, {self.share()} weniger als bisher.",
                f"In {self.other} ging die Zahl der {self.one(THINGS)} um {self.share()} auf {self.number()} zurück.",
                f"{self.one(TOPICS)} {self.one(DOES)}; der Anteil lag zuletzt bei {self.share()}.",
                f"Dagegen {self.one(AGAINST)} {self.number()} Einwohner von {self.place()}.",
                f"{office} {first} {last} forderte, {self.one(THINGS)} im Wert von {self.money()} anzuschaffen.",
            ]
        )

    def dispatch(self, at: datetime) -> Dispatch:
        lead = f"{self.one(TOPICS)} in {self.town} {self.one(DOES)}"
        paragraphs = [" ".join(self.sentence() for _ in range(self.draw.randrange(2, 5))) for _ in range(self.draw.randrange(3, 7))]
        dateline = f"{self.town.upper()}, {at.day}. {MONTHS[at.month - 1]} (NordPress) – "
        return Dispatch(lead, f"{dateline}{lead}. " + "\n".join(paragraphs), at.isoformat(" "))


def corrected(body: str) -> str:
    """The body with another figure in the last percentage."""
    before, _, behind = body.rpartition(" Prozent")
    return f"{before[:-1]}{(int(before[-1]) + 3) % 10} Prozent{behind}" if before else body


def dispatches(count: int, seed: int = 1) -> Iterator[Dispatch]:
    """So many dispatches, some of them twins of an earlier one."""
    draw = random.Random(seed)
    earlier: list[Dispatch] = []
    for n in range(count):
        at = FIRST + timedelta(days=n // A_DAY, minutes=30 * (n % A_DAY))
        kind = draw.random()
        if earlier and kind < COPIES + CORRECTIONS:
            old = draw.choice(earlier)
            yield Dispatch(old.title, old.body if kind < COPIES else corrected(old.body), at.isoformat(" "))
            continue
        new = Writer(f"{seed} {n}").dispatch(at)
        earlier = [*earlier[-99:], new]
        yield new
