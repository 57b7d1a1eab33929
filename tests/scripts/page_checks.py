"""What a page made from a result must keep, as functions of an open page that return complaints: its numbers are the
result's, and it works by pointer and keyboard, in the dark, on a phone and for a screen reader."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from browser import Page

CHECKS = (Path(__file__).resolve().parent / "page_checks.js").read_text()
MEAN = "statistics.top1.mean"
ESCAPE, TAB, RIGHT = ("Escape", 27), ("Tab", 9), ("ArrowRight", 39)
THEME_MILLISECONDS = 200  # until colours that fade have faded


def ask(page: Page, function: str, *arguments: Any) -> Any:
    """A function of page_checks.js."""
    if not page.evaluate("'pageChecks' in window"):
        page.evaluate(CHECKS)
    return page.evaluate(f"pageChecks.{function}({', '.join(json.dumps(one) for one in arguments)})")


def entries(result: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What has numbers, by its key."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in [entry for name in ("points", "groups", "strata", "guideline") for entry in result.get(name, [])]:
        found.setdefault(entry["key"], []).append(entry)
    return found


def at(entry: Any, path: str) -> Any:
    for name in path.split("."):
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry


def printed_alike(text: str, value: float, unit: float = 1) -> bool:
    """Whether a number in print is the value to the digits it has; True for what is no number."""
    found = re.fullmatch(r"([-+−]?)(\d*\.?\d+)\s*(%?)", text)
    if not found:
        return True
    scale = 0.01 if found[3] else unit
    digits = len(found[2].partition(".")[2])
    printed = float(found[2]) * scale * (-1 if found[1] in ("-", "−") else 1)
    return abs(printed - value) <= scale * 0.5 * 10.0 ** -digits * (1 + 1e-9) + 1e-12


def numbers(page: Page, *results: dict[str, Any]) -> list[str]:
    """Every number of the page is that of its result, to the last bit, and every point's mean is on the page."""
    by_key, found, met = [entries(result) for result in results], [], set()
    for one in ask(page, "numbers"):
        place, key, path = int(one["result"]), one["key"], one["path"] or ""
        values = [at(entry, path) for entry in by_key[place].get(key, [])]
        try:
            own = float(one["value"])
        except ValueError:
            own = math.nan
        if not any(isinstance(value, (int, float)) and value == own for value in values):
            found.append(f"{one['about']} shows {one['value']}, but {key} {path} is {values}")
        elif not printed_alike(one["text"], own, one["unit"]):
            found.append(f"{one['about']} prints {one['text']}, but is {own}")
        met.add((place, key, path))
    missing = [point["key"][:80] for place, result in enumerate(results) for point in result["points"]
               if at(point, MEAN) is not None and (place, point["key"], MEAN) not in met]
    return found + [f"no mean of {key}" for key in missing]


def _misplaced(marks: list[list[float]], coordinate: int) -> float:
    """Pixels by which the worst mark is off a straight axis through the least and the greatest."""
    first, last = min(marks), max(marks)
    slope = (last[coordinate] - first[coordinate]) / (last[0] - first[0])
    return max(abs(mark[coordinate] - first[coordinate] - slope * (mark[0] - first[0])) for mark in marks)


def geometry(page: Page) -> list[str]:
    """Marks that stand for means lie where their numbers say, along the one axis or the other."""
    found = []
    for svg in ask(page, "marks"):
        marks = svg["marks"]
        if len({mark[0] for mark in marks}) > 2 and (off := min(_misplaced(marks, 1), _misplaced(marks, 2))) > 1:
            found.append(f"marks lie up to {off:.1f} pixels off in {svg['about']}")
    return found


def _alike(shown: str, meant: str) -> bool:
    return " ".join(meant.split()) == " ".join(shown.split())


def _tip(page: Page, meant: str, how: str) -> list[str]:
    """What is wrong with the tip that should be there now; takes it away by Escape."""
    tip = ask(page, "tip")
    if not tip or not tip["shown"]:
        return [f"no tip by {how}: {meant[:80]!r}"]
    found = [] if tip["role"] == "tooltip" else ["#tip has no role=tooltip"]
    found += [] if tip["inside"] else [f"the tip leaves the window by {how}: {meant[:80]!r}"]
    found += [] if _alike(tip["text"], meant) else [f"the tip says {tip['text'][:80]!r}, not {meant[:80]!r}"]
    page.press(*ESCAPE)
    return found + ([f"Escape leaves the tip {meant[:80]!r}"] if ask(page, "tip")["shown"] else [])


def tips_by_pointer(page: Page, count: int = 12) -> list[str]:
    found, met = [], 0
    for one in ask(page, "tips", count):
        place = ask(page, "tipPlace", one["place"])
        page.settle()
        if place["met"]:  # else something lies over it
            page.move(place["x"], place["y"])
            found += _tip(page, one["tip"], "pointer")
            met += 1
            page.move(1, 1)
    return found if met else ["no tip is met by the pointer"]


def tips_by_keyboard(page: Page, count: int = 30) -> list[str]:
    """The tabulator goes from stop to stop; within drawings and tables arrow keys do."""
    found, met = [f"no stop of the keyboard shows the tip of {about}" for about in ask(page, "withoutStop")[:5]], 0
    page.evaluate("scrollTo(0, 0), document.activeElement.blur()")
    for _ in range(count):
        page.press(*TAB)
        page.still()
        stop = ask(page, "stop")
        if stop["outside"]:
            break
        if stop["tip"]:
            found += _tip(page, stop["tip"], f"keyboard at {stop['about']}")
            met += 1
        for mark in stop["marks"]:
            page.press(*RIGHT)
            page.still()
            found += _tip(page, mark, f"arrow keys in {stop['about'][:60]}")
            met += 1
    return found if met else [*found, "no tip by keyboard"]


def tips(page: Page) -> list[str]:
    """Tips show under the pointer and where the keyboard is, say what they should, and go away."""
    return tips_by_pointer(page) + tips_by_keyboard(page)


def links(page: Page, count: int = 6) -> list[str]:
    """What is about the same thing lights up together, and the map leads to the table."""
    found = []
    for number in ask(page, "keyed", count):
        place = ask(page, "keyedPlace", number)
        page.settle()
        if not place["met"]:
            continue
        page.move(place["x"], place["y"])
        linked = ask(page, "linked", place["key"])
        if linked["linked"] < linked["own"] - 1 or linked["others"]:
            found.append(f"{place['key'][:80]}: {linked['linked']} of {linked['own']} light up, and {linked['others']} "
                         "others")
        page.move(1, 1)
        if ask(page, "linked", place["key"])["linked"]:
            found.append(f"{place['key'][:80]} stays lit")
    for href in ask(page, "mapLinks", count):
        page.evaluate("scrollTo(0, 0)")
        place = ask(page, "follow", href)
        page.click(place["x"], place["y"])
        page.still()
        arrived = ask(page, "arrived", href)
        if arrived["row"] != "tr" or not arrived["seen"]:
            found.append(f"{href} leads to {arrived}")
    return found


def _changed(page: Page, before: dict[str, Any]) -> dict[str, Any]:
    """The theme once it is another one and has faded in; after a while the same."""
    for _ in range(25):
        page.settle()
        page.pause(THEME_MILLISECONDS)
        if ask(page, "theme") != before:
            page.pause(THEME_MILLISECONDS)
            return ask(page, "theme")
    return before


def theme(page: Page) -> list[str]:
    """Follows the reader's preference until the button is pressed; text stands out in both."""
    found, seen = [], {}
    now = ask(page, "theme")
    for scheme in ("dark", "light"):
        page.prefer(scheme)
        now = seen[scheme] = _changed(page, now)
        found += [f"{scheme}: {complaint}" for complaint in ask(page, "contrast")]
    if seen["dark"]["ground"] == seen["light"]["ground"]:
        found.append(f"the preferred scheme changes nothing: {seen}")
    pressed = []
    for _ in range(2):
        place = ask(page, "button")
        page.click(place["x"], place["y"])
        now = _changed(page, now)
        pressed.append(now)
    if [one["theme"] for one in pressed] != ["dark", "light"]:
        found.append(f"the button makes data-theme {[one['theme'] for one in pressed]}, not dark and light")
    if [one["ground"] for one in pressed] != [seen["dark"]["ground"], seen["light"]["ground"]]:
        found.append(f"the button's colours aren't the preferred ones: {pressed} {seen}")
    return found


def names(page: Page) -> list[str]:
    """Of all that can have the focus, as the browser tells them to a screen reader."""
    found = []
    for node in page.call("Accessibility.getFullAXTree")["nodes"]:
        properties = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        role = node.get("role", {}).get("value")
        if node.get("ignored") or not properties.get("focusable") or role in ("RootWebArea", "generic"):
            continue
        if not node.get("name", {}).get("value", "").strip():
            found.append(f"a {role} has no name")
    return found


def structure(page: Page) -> list[str]:
    return ask(page, "structure") + names(page)


def everything(page: Page, *results: dict[str, Any]) -> list[str]:
    """Of a page at desktop width."""
    found = numbers(page, *results) + geometry(page) + structure(page)
    found += tips(page) + links(page) + theme(page) + ask(page, "wide")
    return found + page.complaints()
