// Who else was on the ground while this session lasted.
import { api, el, text } from "/static/kernel.js";
import { besideButton } from "./beside.js";
import { span, view } from "./state.js";

const place = document.getElementById("neighbours");
const aside = (words) => el("p", { class: "aside small" }, words);
const name = (one) => (one ? el("bdi", {}, one.name ?? one.number) : text("session.head.unknown"));
const metres = (one, key) => {
  if (!one.is_measured) return text("around.neighbours.not_measured");
  return one[key] === null ? "–" : `${one[key]} m`;
};

/** A name, and that it is this session's as well. */
function cell(one, key) {
  const own = view.head[key];
  const same = own && one[key]?.number === own.number;
  return el("td", {}, name(one[key]), same ? [" ", el("span", { class: "chip unsure" }, text("around.beside.same"))] : []);
}

function row(one) {
  const times = span(one, view.head.started.local.slice(0, 10), text("session.head.open_end"));
  return el("tr", {},
    el("td", {}, besideButton(one, 0, one.car?.name ?? `${one.terminal}/${one.session}`)),
    el("td", { class: "one-line" }, el("a", { href: `/sessions/${one.terminal}/${one.session}` }, name(one.car))),
    cell(one, "instructor"), cell(one, "trainee"), el("td", { class: "one-line" }, times),
    el("td", { class: "number" }, one.shared_min), el("td", { class: "number" }, metres(one, "nearest_m")),
    el("td", { class: "number" }, metres(one, "typical_m")));
}

function table(found) {
  const head = ["car", "instructor", "trainee", "time"].map((key) => el("th", { scope: "col" }, text(`session.head.${key}`)));
  const sizes = ["shared", "nearest", "typical"].map((key) => el("th", { scope: "col", class: "number" }, text(`around.neighbours.${key}`)));
  return el("div", { class: "scroll many", tabindex: 0, role: "region", "aria-labelledby": "neighbours-title" }, el("table", { class: "small" },
    el("thead", {}, el("tr", {}, el("td", {}), head, sizes)),
    el("tbody", {}, found.items.map(row))));
}

async function load() {
  try {
    const found = await api("GET", `/v1/sessions/${view.terminal}/${view.session}/neighbours`);
    const empty = text(found.ground ? "around.neighbours.nobody" : "around.neighbours.no_ground");
    place.replaceChildren(found.items.length ? table(found) : aside(empty));
    if (found.is_cut) place.append(aside(text("around.neighbours.cut", { n: found.items.length })));
  } catch (refused) {
    place.replaceChildren(aside(refused.message));
  }
}

load();
