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
ESCAPE = ("Escape", 27)
THEME_MILLISECONDS = 400  # until colours that fade have faded


def ask(page: Page, function: str, *arguments: Any) -> Any:
    """A function of page_checks.js."""
    if not page.evaluate("'pageChecks' in window"):
        page.evaluate(CHECKS)
    return page.evaluate(f"pageChecks.{function}({', '.join(json.dumps(one) for one in arguments)})")


def entries(result: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in result["points"] + result["groups"] + result["strata"]:
        found.setdefault(entry["key"], []).append(entry)
    return found


def at(entry: Any, path: str) -> Any:
    for name in path.split("."):
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry


def printed_alike(text: str, value: float) -> bool:
    """Whether a number in print is the value to the digits it has; True for what is no number."""
    found = re.fullmatch(r"([-+−]?)(\d*\.?\d+)\s*(%?)", text)
    if not found:
        return True
    scale = 0.01 if found[3] else 1
    digits = len(found[2].partition(".")[2])
    printed = float(found[2]) * scale * (-1 if found[1] in ("-", "−") else 1)
    return abs(printed - value) <= scale * 0.5 * 10.0 ** -digits * (1 + 1e-9) + 1e-12


def numbers(page: Page, result: dict[str, Any]) -> list[str]:
    """Every number of the page is that of the result, to the last bit, and every point's mean is on the page."""
    by_key, found, met = entries(result), [], set()
    for one in ask(page, "numbers"):
        values = [at(entry, one["path"] or "") for entry in by_key.get(one["key"], [])]
        try:
            own = float(one["value"])
        except ValueError:
            own = math.nan
        if not any(isinstance(value, (int, float)) and value == own for value in values):
            found.append(f"{one['about']} shows {one['value']}, but {one['key']} {one['path']} is {values}")
        elif not printed_alike(one["text"], own):
            found.append(f"{one['about']} prints {one['text']}, but is {own}")
        met.add((one["key"], one["path"]))
    missing = [point["key"][:80] for point in result["points"] if (point["key"], "statistics.top1.mean") not in met]
    return found + [f"no mean of {key}" for key in missing]


def _alike(shown: str, meant: str) -> bool:
    return " ".join(meant.split()) == " ".join(shown.split())


def _complain_of_tip(page: Page, one: dict[str, Any], how: str) -> list[str]:
    tip = ask(page, "tip")
    if not tip or not tip["shown"]:
        return [f"no tip by {how}: {one['about']}"]
    found = [] if tip["role"] == "tooltip" else ["#tip has no role=tooltip"]
    found += [] if tip["inside"] else [f"the tip leaves the window by {how}: {one['about']}"]
    found += [] if _alike(tip["text"], one["tip"]) else [f"the tip says {tip['text'][:80]!r}, not {one['tip'][:80]!r}"]
    page.press(*ESCAPE)
    return found + ([f"Escape leaves the tip of {one['about']}"] if ask(page, "tip")["shown"] else [])


def tips(page: Page, count: int = 24) -> list[str]:
    """Tips show under the pointer and where the keyboard is, say what they should, and go away."""
    found, met, focused = [], 0, 0
    all_tips = ask(page, "tips", count)
    for one in all_tips:
        place = ask(page, "tipPlace", one["place"])
        if place["met"]:  # else something lies over it
            page.move(place["x"], place["y"])
            found += _complain_of_tip(page, one, "pointer")
            met += 1
            page.move(1, 1)
        if one["focusable"]:
            ask(page, "focusTip", one["place"])
            page.settle()
            found += _complain_of_tip(page, one, "keyboard")
            focused += 1
            page.evaluate("document.activeElement.blur()")
    if not all_tips:
        return ["nothing has a tip"]
    return found + ([] if met else ["no tip is met by the pointer"]) + ([] if focused else ["no tip by keyboard"])


def links(page: Page, count: int = 12) -> list[str]:
    """What is about the same thing lights up together, and the map leads to the table."""
    found = []
    for number in ask(page, "keyed", count):
        place = ask(page, "keyedPlace", number)
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
        arrived = ask(page, "arrived", href)
        if arrived["row"] != "tr" or not arrived["seen"]:
            found.append(f"{href} leads to {arrived}")
    return found


def theme(page: Page) -> list[str]:
    """Follows the reader's preference until the button is pressed; text stands out in both."""
    found, seen = [], {}
    for scheme in ("dark", "light"):
        page.prefer(scheme)
        page.evaluate(f"new Promise(done => setTimeout(done, {THEME_MILLISECONDS}))")
        seen[scheme] = ask(page, "theme")
        found += [f"{scheme}: {complaint}" for complaint in ask(page, "contrast")]
    if seen["dark"]["ground"] == seen["light"]["ground"]:
        found.append(f"the preferred scheme changes nothing: {seen}")
    pressed = []
    for _ in range(2):
        place = ask(page, "button")
        page.click(place["x"], place["y"])
        page.evaluate(f"new Promise(done => setTimeout(done, {THEME_MILLISECONDS}))")
        pressed.append(ask(page, "theme"))
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


def everything(page: Page, result: dict[str, Any]) -> list[str]:
    """Of a page at desktop width."""
    found = numbers(page, result) + structure(page) + tips(page) + links(page) + theme(page) + ask(page, "wide")
    return found + page.complaints()
