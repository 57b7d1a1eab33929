"""A small page as pages should be, written by hand, so that what looks for faults in pages can be tried without one."""

from __future__ import annotations

from html import escape
from typing import Any

STYLE = """
:root { color-scheme: light; --ground: #fff; --ink: #1a1a1a; }
@media (prefers-color-scheme: dark) { :root:not([data-theme]) { color-scheme: dark; --ground: #161616; --ink: #eee; } }
:root[data-theme=dark] { color-scheme: dark; --ground: #161616; --ink: #eee; }
body { background: var(--ground); color: var(--ink); font: 16px sans-serif; margin: 1em; }
.box { overflow-x: auto; } a, button { color: inherit; background: inherit; } svg text { fill: var(--ink); }
.linked { outline: 2px solid #d55e00; } table { min-width: 500px; }
#tip { position: fixed; left: 0; bottom: 0; background: var(--ink); color: var(--ground); }
"""
SCRIPT = """
const tip = document.getElementById('tip');
const show = event => { const own = event.target.closest('[data-tip]'); tip.hidden = !own;
                        if (own) tip.textContent = own.dataset.tip; };
document.addEventListener('pointerover', show);
document.addEventListener('focusin', show);
document.addEventListener('focusout', () => tip.hidden = true);
document.addEventListener('keydown', event => { if (event.key === 'Escape') tip.hidden = true; });
document.addEventListener('pointerover', event => {
    const own = event.target.closest('[data-key]');
    for (const one of document.querySelectorAll('[data-key]'))
        one.classList.toggle('linked', !!own && one.dataset.key === own.dataset.key);
});
document.getElementById('theme').addEventListener('click', () => {
    const root = document.documentElement;
    const theme = root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset.theme = theme === 'dark' ? 'light' : 'dark';
});
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def page(result: dict[str, Any]) -> str:
    """Of a layer-wise result."""
    rows, boxes, dots = [], [], []
    for place, point in enumerate(result["points"]):
        key, name, mean = escape(point["key"]), escape(point["layer"]), point["statistics"]["top1"]["mean"]
        rows.append(f'<tr id="layer-{place}"><th scope="row">{name}</th><td tabindex="0" data-key="{key}" '
                    f'data-value="{mean!r}" data-path="statistics.top1.mean" data-tip="{name}: {mean}">{mean:.4f}</td>'
                    '</tr>')
        boxes.append(f'<a href="#layer-{place}" aria-label="{name}" data-key="{key}" data-tip="{name}">'
                     f'<rect x="{90 * place}" width="80" height="40" fill="none" stroke="currentColor" '
                     f'pointer-events="all"/><text x="{90 * place + 5}" y="25">{place}</text></a>')
        dots.append(f'<circle cx="{50 * place + 20}" cy="{100 - 90 * mean}" r="3" data-key="{key}" '
                    f'data-value="{mean!r}" data-path="statistics.top1.mean"/>')
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A campaign</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="{POLICY}">
<style>{STYLE}</style></head><body><main><h1>A campaign</h1><button id="theme">Theme</button><h2>Map</h2>
<div class="box"><svg role="group" width="600" height="60"><title>Network</title>{''.join(boxes)}</svg></div>
<svg role="img" aria-label="Means" width="200" height="110">{''.join(dots)}</svg><h2>Table</h2>
<div class="box"><table><tr><th scope="col">Layer</th><th scope="col">Mean</th></tr>{''.join(rows)}</table></div>
<div id="tip" role="tooltip" hidden></div></main><script>{SCRIPT}</script></body></html>
"""
