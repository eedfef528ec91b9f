// The versions that this session's fences have had; one of them over the map.
import { api, el, text } from "/static/kernel.js";
import { showVersion } from "./map_fences.js";
import { surroundings, view } from "./state.js";

const place = document.getElementById("versions");
const aside = (words) => el("p", { class: "aside small" }, words);
let pressed = null;

const whole = (n) => n.toLocaleString("en").replaceAll(",", "\u202f");

function change(one) {
  if (one.gained_m2 === null) return text("around.versions.first");
  const rows = one.changed.map((key) => text(`around.changed.${key}`));
  if (one.gained_m2 || one.lost_m2) {
    rows.unshift(text("around.versions.area", { gained: whole(one.gained_m2), lost: whole(one.lost_m2) }));
  }
  return rows.length ? rows.join(", ") : text("around.versions.nothing");
}

function chips(one) {
  const names = ["then", "today"].filter((key) => one[key]);
  if (!one.believed) names.push("replaced");
  return names.flatMap((key) => [" ", el("span", { class: key === "then" ? "chip decided" : "chip" }, text(`around.versions.${key}`))]);
}

function press(button, one) {
  const isOn = pressed !== button;
  pressed?.setAttribute("aria-pressed", "false");
  pressed = isOn ? button : null;
  button.setAttribute("aria-pressed", isOn);
  showVersion(isOn ? one : null);
}

function row(one) {
  const button = el("button", { type: "button", class: "quiet compact", "aria-pressed": "false", on: { click: () => press(button, one) } },
    text("around.versions.show"));
  return el("tr", {},
    el("td", {}, `${one.valid_from} – ${one.valid_to ?? text("around.versions.open")}`, chips(one)),
    el("td", {}, `${one.loaded.local.slice(0, 16)}, `, el("span", { class: "code" }, one.source)),
    el("td", { class: "number" }, whole(one.area_m2)),
    el("td", {}, change(one)), el("td", {}, button));
}

function fence(one) {
  const heads = ["valid", "loaded"].map((key) => el("th", { scope: "col" }, text(`around.versions.${key}`, { zone: surroundings.zone })));
  const head = el("tr", {}, heads, el("th", { scope: "col", class: "number" }, text("around.versions.size")),
    el("th", { scope: "col" }, text("around.versions.change")), el("td", {}));
  const is = one.versions.some((each) => each.ground === view.head.ground && each.allows);
  return el("details", { open: is }, el("summary", {}, el("bdi", {}, one.fence), ` (${text("around.versions.count", { n: one.versions.length })})`),
    el("div", { class: "scroll" }, el("table", { class: "small" }, el("thead", {}, head), el("tbody", {}, one.versions.map(row)))));
}

async function load() {
  try {
    const found = await api("GET", `/v1/sessions/${view.terminal}/${view.session}/fences?datum=${surroundings.datum}`);
    const rows = found.fences.length ? found.fences.map(fence) : [aside(text("around.versions.none"))];
    if (found.more) rows.push(aside(text("around.versions.more", { n: found.more })));
    place.replaceChildren(...rows);
  } catch (refused) {
    place.replaceChildren(aside(refused.message));
  }
}

load();
