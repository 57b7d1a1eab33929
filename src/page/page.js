"use strict";
// Without this the page holds the same: tips, links between marks and a choice of theme are added.
(() => {
  const root = document.documentElement, tip = document.getElementById("tip");
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  let chosen = false;
  const paint = (theme) => { root.dataset.theme = theme; };
  paint(preferred.matches ? "dark" : "light");
  preferred.addEventListener("change", () => { if (!chosen) paint(preferred.matches ? "dark" : "light"); });
  document.getElementById("theme").addEventListener("click", () => {
    chosen = true;
    paint(root.dataset.theme === "dark" ? "light" : "dark");
  });

  // What stands for the same point, group or stratum, by its key.
  const by_key = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.result + " " + element.dataset.key;
    if (!by_key.has(key)) by_key.set(key, []);
    by_key.get(key).push(element);
  }
  let linked = [];
  const link = (element) => {
    for (const other of linked) other.classList.remove("linked");
    linked = element && element.dataset.key ? by_key.get(element.dataset.result + " " + element.dataset.key) : [];
    for (const other of linked) other.classList.add("linked");
  };

  const place = (box) => {
    const width = tip.offsetWidth, height = tip.offsetHeight;
    tip.style.left = Math.max(4, Math.min(box.left + box.width / 2 - width / 2, innerWidth - width - 4)) + "px";
    tip.style.top = (box.top - height - 8 > 4 ? box.top - height - 8 : box.bottom + 8) + "px";
  };
  const show = (element) => {
    link(element.closest("[data-key]"));
    if (!element.dataset.tip) return hide(false);
    tip.textContent = element.dataset.tip;
    tip.hidden = false;
    place(element.getBoundingClientRect());
  };
  const hide = (unlink = true) => { tip.hidden = true; if (unlink) link(null); };
  // A box of the map is a link around what has the tip.
  const marked = (target) => target.closest("[data-tip], [data-key]") ??
    target.closest("svg a")?.querySelector("[data-tip]");
  document.addEventListener("pointerover", (event) => {
    const element = marked(event.target);
    if (element) show(element); else hide();
  });
  document.addEventListener("focusin", (event) => {
    const element = marked(event.target);
    if (element) show(element); else hide();
  });
  document.addEventListener("scroll", () => hide(), true);

  // A drawing or table is one stop of the tabulator; arrow keys go through its marks.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const box = document.activeElement;
    if (!step || !box || !(box.matches("svg") || box.matches(".heat"))) return;
    const marks = [...box.querySelectorAll("[data-tip]")];
    if (!marks.length) return;
    const at = Number(box.dataset.at ?? (step > 0 ? -1 : 0));
    const next = (at + step + marks.length) % marks.length;
    box.dataset.at = next;
    event.preventDefault();
    marks[next].scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    requestAnimationFrame(() => requestAnimationFrame(() => show(marks[next])));
  });
})();
