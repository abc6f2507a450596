"""Digits and words -> clock times and scores: `20.15 Uhr`, `11.15 und 12.40 Uhr`, `3:2 (1:1)`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from datasette_wirefacts.extractors.figures.numbers import Number
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.words import FigureWords

BRACKETED_SCORE = re.compile(r" ?\(\d{1,3}:\d{1,3}(?:[,;] ?\d{1,3}:\d{1,3}){0,6}\)")
CLOCK = re.compile(r"([012]?\d)[.:]([0-5]\d)")
SECOND_TIME = re.compile(r" ?([012]?\d(?:[.:][0-5]\d)?)(?!\d)")
MINUTES = re.compile(r" ?([0-5]?\d)(?![\d.,%])")
JOINER = re.compile(r"[ \u00a0]?([-–—]|[^\W\d_]{1,9})")


def clock_time(reading: Reading, start: int, end: int, allowed_alone: bool) -> Draft | None:
    """`20.15 Uhr`, `8:30 Uhr`, `22 Uhr`, `22 Uhr 30`."""
    word = reading.word(end)
    surface = reading.text[start:end]
    clock = CLOCK.fullmatch(surface)
    hours, minutes = (
        (int(clock[1]), int(clock[2])) if clock else (int(surface), 0) if surface.isdigit() and len(surface) < 3 else (99, 0)
    )
    if hours > 24:
        return None
    if word and reading.words.has(word.norm, "time.clock"):
        more = MINUTES.match(reading.text, word.end) if not clock else None
        return Draft(
            start, more.end() if more else word.end, "time", rule="clock", iso=f"T{hours:02}:{int(more[1]) if more else minutes:02}"
        )
    dated_before = reading.text[max(0, start - 2) : start] == ", " and reading.text[max(0, start - 3) : start - 2].isdigit()
    if allowed_alone and clock and (dated_before or reading.words.has(reading.before(start)[0], "time.before")):
        return Draft(start, end, "time", rule="clock", iso=f"T{hours:02}:{minutes:02}")
    return None


def clock_range(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`11.15 und 12.40 Uhr`, `8.30 bis 10 Uhr` from the first time on."""
    first, joiner = CLOCK.fullmatch(match[0]), JOINER.match(reading.text, match.end())
    if first is None or joiner is None or int(first[1]) > 24:
        return None
    words = reading.words
    if not (words.has(joiner[1].lower(), "ranges.joiners") or words.has(joiner[1].lower(), "ranges.between_joiner")):
        return None
    second = SECOND_TIME.match(reading.text, joiner.end())
    last = clock_time(reading, second.start(1), second.end(), False) if second else None
    if last is None:
        return None
    last.start, last.iso, last.rule = match.start(), f"T{int(first[1]):02}:{first[2]}/{last.iso}", "time-range"
    return last


def spoken_clock(reading: Reading, number: Number) -> Draft | None:
    """`zwölf Uhr`, `halb drei`, `drei in der Früh`."""
    word = reading.word(number.end)
    if number.form == "words" and not number.scale and (told := told_clock(reading, number)):
        return told
    if word is None or not reading.words.has(word.norm, "time.clock") or number.amount % 1 or not 0 <= number.amount <= 24:
        return None
    return Draft(number.start, word.end, "time", rule="clock", iso=f"T{int(number.amount):02}:00")


def told_clock(reading: Reading, number: Number) -> Draft | None:
    """`um halb drei`, `um drei in der Früh`, `nachmittags um drei`; without a part of the day the hour stays open."""
    words, norms = reading.words, reading.tokens.norms
    i = reading.token_at(number.start)
    half = i > 0 and words.has(norms[i - 1], "time.half")
    at = i - 1 - half
    if at < 0 or not words.has(norms[at], "time.before") or number.amount % 1 or not 1 <= number.amount <= 12:
        return None
    if not reading.same_sentence(at, i):
        return None
    start, end = (reading.tokens.starts[i - 1] if half else number.start), number.end
    parts = words.section("time").get("parts", {})
    behind = next((n for n in (3, 2, 1) if " ".join(norms[i + 1 : i + 1 + n]) in parts), 0)
    added = None
    if behind:
        added, end = parts[" ".join(norms[i + 1 : i + 1 + behind])], reading.tokens.ends[i + behind]
    elif at and norms[at - 1] in parts and reading.same_sentence(at - 1, at):
        added, start = parts[norms[at - 1]], reading.tokens.starts[at - 1]
    else:
        added = part_before(reading, at)
    if added is None and not half:
        return None
    minutes = int(number.amount) % 12 * 60 - 30 * half + 60 * (added or 0)
    iso = f"T{minutes // 60 % 24:02}:{minutes % 60:02}"
    told = Draft(start, end, "time", rule="clock-told", iso=iso)
    if added is None:
        told.iso = f"T{minutes // 60 % 12:02}:{minutes % 60:02}"
        told.assumed = f"{reading.text[start:end]} → {told.iso}"
    return told


def part_before(reading: Reading, at: int) -> int | None:
    """The hours that a part of the day before token ``at`` adds: `am Abend gegen acht`, `Montagabend um acht`."""
    norms, words = reading.tokens.norms, reading.words
    if at < 1 or not reading.same_sentence(at - 1, at):
        return None
    day_parts: Mapping[str, int] = words.section("time").get("day_parts", {})
    part = day_part(words, norms[at - 1])
    return day_parts.get(part) if part else None


def day_part(words: FigureWords, norm: str) -> str | None:
    """The part of the day that a word is, alone or behind a weekday: `Dienstagmorgen`."""
    names = ("", *words.section("periods").get("weekdays", ()))
    parts = (norm.removeprefix(name) for name in names if norm.startswith(name))
    return next((part for part in parts if words.has(part, "periods.day_parts")), None)


def read_clock(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`20:15` as a time where the text says so, as a score elsewhere."""
    return clock_range(reading, match) or clock_time(reading, match.start(), match.end(), True) or read_score(reading, match)


def read_score(reading: Reading, match: re.Match[str]) -> Draft | None:
    """`3:2 (1:1)`."""
    text, start, end = reading.text, match.start(), match.end()
    if match[0].count(":") != 1 or ((start and text[start - 1] in "-/:.") or text[end : end + 1] in ("/", "-")):
        return None
    for extra in reading.words.get("scores", "after"):
        if text.startswith(extra, end + 1):
            end += 1 + len(extra)
    half_time = BRACKETED_SCORE.match(text, end)
    return Draft(start, half_time.end() if half_time else end, "score", rule="score", iso=match[0])
