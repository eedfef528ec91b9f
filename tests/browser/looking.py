"""What is looked at on every page: languages, labels, contrast, widths, the focus's way.

Each function gives the list of what is wrong, in words that find the place again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Page

CHINESE = re.compile(r"[㐀-鿿]")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[a-z]{2,}){2,}")

_SHOWN = """
const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const name = (one) => one.tagName.toLowerCase() + (one.id ? `#${one.id}` : "") +
  [...one.classList].map((each) => `.${each}`).join("");
const texts = () => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode, one = node.parentElement;
    if (!node.textContent.trim() || one.closest("script, style, noscript") || !shown(one)) continue;
    found.push([node, one]);
  }
  return found;
};
"""

_WORDS = (
    "() => {"
    + _SHOWN
    + """
  const own = document.documentElement.lang;
  const asItIs = ".code, kbd, bdi, .words, .digest";
  const ours = (one) => (one.closest("[lang]")?.lang ?? own) === own && !one.closest(asItIs);
  const said = texts().filter(([, one]) => ours(one)).map(([node]) => node.textContent.trim());
  for (const one of document.querySelectorAll("[title], [aria-label], [alt], [placeholder]")) {
    for (const of of ["title", "aria-label", "alt", "placeholder"]) {
      if (one.getAttribute(of) && ours(one)) said.push(one.getAttribute(of));
    }
  }
  return [document.title, ...said];
}"""
)

_LABELS = (
    "() => {"
    + _SHOWN
    + """
  const wrong = [];
  const count = document.querySelectorAll("h1").length;
  if (count !== 1) wrong.push(`${count} h1`);
  for (const one of document.querySelectorAll("input, select, textarea")) {
    const named = one.labels?.length || one.getAttribute("aria-label") || one.getAttribute("aria-labelledby");
    if (one.type !== "hidden" && !named) wrong.push(`no label: ${name(one)}`);
  }
  for (const one of document.querySelectorAll("img")) {
    if (!one.hasAttribute("alt")) wrong.push(`no alt: ${name(one)}`);
  }
  for (const one of document.querySelectorAll("button, a[href]")) {
    const said = one.textContent.trim() || one.getAttribute("aria-label") || one.title;
    if (!said && !one.querySelector("[alt]") && shown(one)) wrong.push(`says nothing: ${name(one)}`);
  }
  const seen = new Set();
  for (const { id } of document.querySelectorAll("[id]")) {
    if (seen.has(id)) wrong.push(`id twice: ${id}`);
    seen.add(id);
  }
  for (const one of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    const ids = one.getAttribute("aria-labelledby") ?? one.getAttribute("aria-describedby");
    for (const id of ids.split(" ")) {
      if (!document.getElementById(id)) wrong.push(`points to nothing: ${name(one)} -> ${id}`);
    }
  }
  return wrong;
}"""
)

# WCAG 2.2, 1.4.3: 4.5 to 1, 3 to 1 from 24 px or bold 18.66 px on. Disabled controls are left out there too.
_CONTRAST = (
    "() => {"
    + _SHOWN
    + """
  const parse = (text) => {
    const parts = (text.match(/[\\d.]+/g) ?? []).map(Number);
    const scale = text.startsWith("color(srgb") ? 255 : 1;
    return { rgb: parts.slice(0, 3).map((n) => n * scale), a: parts.length > 3 ? parts[3] : 1 };
  };
  const over = (top, under) => top.rgb.map((n, at) => n * top.a + under[at] * (1 - top.a));
  const groundOf = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (rgb) => rgb.map((n) => n / 255)
    .map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4))
    .reduce((sum, n, at) => sum + n * [0.2126, 0.7152, 0.0722][at], 0);
  const wrong = new Set();
  for (const [node, one] of texts()) {
    if (one.closest(":disabled, svg, option, .visually-hidden, .leaflet-container")) continue;
    const style = getComputedStyle(one);
    const ground = groundOf(one), ink = over(parse(style.color), ground);
    const [low, high] = [light(ink), light(ground)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const place = `${name(one)} "${node.textContent.trim().slice(0, 30)}"`;
    if (ratio < least - 0.01) wrong.add(`${ratio.toFixed(2)} < ${least}: ${place}`);
  }
  return [...wrong];
}"""
)

_WIDE = (
    "() => {"
    + _SHOWN
    + """
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const far = [...document.body.querySelectorAll("*")]
    .filter((one) => shown(one) && one.getBoundingClientRect().right > root.clientWidth + 1
      && !one.parentElement.closest(".scroll, .leaflet-container"));
  return [`${root.scrollWidth} > ${root.clientWidth}: ${far.slice(0, 6).map(name).join(", ")}`];
}"""
)

# WCAG 2.2, 2.5.8: 24 by 24 px, but for links within a sentence.
_SMALL = (
    "() => {"
    + _SHOWN
    + """
  const wrong = new Set();
  for (const one of document.querySelectorAll("button, select, input, .button, summary, nav a")) {
    const box = (one.closest("label") ?? one).getBoundingClientRect();
    const counts = shown(one) && one.type !== "hidden" && !one.matches(".link, .leaflet-container *");
    const size = `${Math.round(box.width)}x${Math.round(box.height)}`;
    if (counts && (box.width < 23.5 || box.height < 23.5)) wrong.add(`${name(one)} ${size}`);
  }
  return [...wrong];
}"""
)

_STOPS = (
    "() => {"
    + _SHOWN
    + """
  const able = "a[href], button, input, select, textarea, summary, [tabindex]";
  const stops = [...document.querySelectorAll(able)].filter((one) => shown(one) && !one.disabled
    && one.tabIndex >= 0 && one.type !== "hidden" && !one.closest("dialog:not([open])"));
  stops.forEach((one, n) => { one.dataset.stop = n; });
  return stops.map(name);
}"""
)

_HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const isShape = one instanceof SVGElement && !one.getAttribute("role");
  return [isShape ? "shape" : one.dataset.stop ?? "", line || style.boxShadow !== "none"];
}"""


def untranslated(page: Page, language: str, names: Iterable[str]) -> list[str]:
    """Text of the other language. names: of people and places, which stay as they are."""
    wanted = "zh-CN" if language == "zh" else "en"
    lang = page.evaluate("() => document.documentElement.lang")
    wrong = [] if lang == wanted else [f"lang is {lang}"]
    other = ENGLISH if language == "zh" else CHINESE
    for said in page.evaluate(_WORDS):
        plain = said
        for name in names:
            plain = plain.replace(name, "")
        if other.search(plain):
            wrong.append(said[:120])
    return wrong


def unlabelled(page: Page) -> list[str]:
    return list(page.evaluate(_LABELS))


def pale(page: Page) -> list[str]:
    return list(page.evaluate(_CONTRAST))


def too_wide(page: Page) -> list[str]:
    return list(page.evaluate(_WIDE))


def too_small(page: Page) -> list[str]:
    return list(page.evaluate(_SMALL))


def unreached(page: Page) -> list[str]:
    """Controls that Tab does not come to, or on which the focus cannot be seen."""
    stops = page.evaluate(_STOPS)
    reached: set[int] = set()
    wrong = []
    page.evaluate("() => document.activeElement?.blur()")
    # Where the focus was last is where Tab goes on, so it may have to go round once.
    for _ in range(2 * len(stops) + 10):
        if len(reached) == len(stops):
            break
        page.keyboard.press("Tab")
        stop, is_seen = page.evaluate(_HERE) or ("", True)
        if stop == "shape":
            wrong.append("Tab comes to a shape that has no name")
        elif stop != "":
            if not is_seen and int(stop) not in reached:
                wrong.append(f"focus is not seen on {stops[int(stop)]}")
            reached.add(int(stop))
    return wrong + [f"Tab never comes to {one}" for at, one in enumerate(stops) if at not in reached]
