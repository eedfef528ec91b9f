// The live page: one state, fed by the page itself and by server-sent events; shown as map, list and table.

import { api, data, el, local, text } from "/static/kernel.js";
import { CarMap } from "/static/live_map.js";
import { OrderTable, buttons } from "/static/live_orders.js";
import { FILTERS, chipOf, isOut, isSilent, plateOf, problem, speed, states, training, where, whereOf } from "/static/live_words.js";

const given = data("live");
const offset = given.offset_min;
const place = (id) => document.getElementById(id);
const cars = new Map();
const rows = new Map();
// Much quicker than localeCompare for thousands of cars.
const collator = new Intl.Collator(document.documentElement.lang);
const byPlate = (a, b) => collator.compare(plateOf(a), plateOf(b)) || (a.terminal < b.terminal ? -1 : 1);
const heads = [...document.querySelectorAll(".cars thead th")].map((head) => head.textContent);
let filter = "all", chosen = null, said = 0, sayLater = null;

const orderTable = new OrderTable(place("orders"), place("no-orders"), offset);
const map = globalThis.L ? new CarMap(place("map"), given, choose) : null;
if (!map) place("map").classList.add("gone");

function take(change) {
  if (change.whole) cars.clear();
  change.cars.forEach((car) => cars.set(car.terminal, car));
  orderTable.put(change.orders, plate);
  show(change.whole ? null : new Set(change.cars.map((car) => car.terminal)));
}

const plate = (terminal) => (cars.has(terminal) ? plateOf(cars.get(terminal)) : terminal);

function wanted() {
  const words = place("search").elements.find.value.trim().toLowerCase();
  const school = place("search").elements.school?.value ?? "";
  return (car) => FILTERS[filter](car) && (!school || car.school === school) && (!words || found(car).includes(words));
}

function found(car) {
  const one = car.running ?? {};
  const known = [car.plate, car.terminal, car.school_name, one.trainee, one.trainee_name, one.instructor, one.instructor_name];
  return known.filter(Boolean).join(" ").toLowerCase();
}

/** Show everything; changed: only these terminals are other than before, null: all. */
function show(changed) {
  const fits = wanted();
  const all = [...cars.values()];
  const seen = all.filter(fits);
  showRows(seen, changed);
  showFilters(all);
  showProblems(all);
  map?.show(seen, chosen);
  if (changed === null || changed.has(chosen)) showChosen();
  place("shown").textContent = text("live.script.shown", { shown: seen.length, all: all.length });
  say(all);
}

function showRows(seen, changed) {
  const keep = new Set(seen.map((car) => car.terminal));
  for (const [terminal, row] of rows) {
    if (!keep.has(terminal)) { row.remove(); rows.delete(terminal); }
  }
  const sorted = seen.sort(byPlate);
  let before = null;
  for (const car of sorted) {
    let row = rows.get(car.terminal);
    if (!row) {
      row = el("tr", { "data-terminal": car.terminal },
        el("th", { scope: "row" }, el("button", { type: "button", on: { click: () => choose(car.terminal, true) } })),
        ...heads.slice(1).map((label) => el("td", { "data-label": label })));
      rows.set(car.terminal, row);
      fill(row, car);
    } else if (changed === null || changed.has(car.terminal)) fill(row, car);
    const after = before ? before.nextElementSibling : place("cars").firstElementChild;
    if (after !== row) place("cars").insertBefore(row, after);
    before = row;
  }
}

/** Only what a cell says is replaced, so that the focus stays where it is. */
function fill(row, car) {
  const [name, at, who, state, fix, heard, school] = row.cells;
  name.firstChild.textContent = plateOf(car);
  at.replaceChildren(el("span", { class: `chip ${car.running ? chipOf(whereOf(car)) : "none"}` }, where(car)));
  who.textContent = training(car, offset);
  state.replaceChildren(...chips(car));
  fix.textContent = [local(car.fix?.at ?? null, offset), speed(car)].filter(Boolean).join(" · ");
  heard.textContent = local(car.heard_at, offset);
  school.textContent = car.school_name;
  row.classList.toggle("chosen", car.terminal === chosen);
}

const chips = (car) => states(car, offset).flatMap(([words, kind]) => [el("span", { class: `chip ${kind}` }, words), " "]);

function showFilters(all) {
  const group = place("filters");
  if (!group.children.length) {
    Object.keys(FILTERS).forEach((name) => group.append(
      el("button", { type: "button", "data-filter": name, on: { click: () => { filter = name; show(null); } } },
        text(`live.script.filter_${name}`), el("span", { class: "n" }))));
  }
  for (const button of group.children) {
    const name = button.dataset.filter;
    button.setAttribute("aria-pressed", String(name === filter));
    button.lastChild.textContent = all.filter(FILTERS[name]).length;
  }
}

function showProblems(all) {
  const found = all.map((car) => [car, problem(car, offset)]).filter(([, what]) => what !== null)
    .sort(([a, x], [b, y]) => y[0] - x[0] || byPlate(a, b)).slice(0, 100);
  const list = place("problems");
  const held = new Map([...list.children].map((item) => [item.dataset.terminal, item]));
  const focused = document.activeElement;
  found.forEach(([car, [, words]], nth) => {
    let item = held.get(car.terminal);
    held.delete(car.terminal);
    item ??= el("li", { "data-terminal": car.terminal },
      el("button", { type: "button", on: { click: () => choose(car.terminal, true) } }, el("b"), el("span")));
    item.firstChild.firstChild.textContent = plateOf(car);
    item.firstChild.lastChild.textContent = words;
    if (list.children[nth] !== item) list.insertBefore(item, list.children[nth] ?? null);
  });
  held.forEach((item) => item.remove());
  // An element that is moved loses the focus it had.
  if (focused !== document.activeElement && list.contains(focused)) focused.focus({ preventScroll: true });
  place("no-problems").hidden = found.length > 0;
}

function choose(terminal, isFromList = false) {
  rows.get(chosen)?.classList.remove("chosen");
  chosen = terminal;
  rows.get(chosen)?.classList.add("chosen");
  showChosen();
  map?.show([...cars.values()].filter(wanted()), chosen);
  if (!isFromList || !cars.has(terminal)) return;
  map?.lookAt(cars.get(terminal));
  // A person chose it: from here the keyboard goes on to its orders, and a phone scrolls to it.
  place("chosen-title").focus();
}

function showChosen() {
  const car = cars.get(chosen);
  if (!car) return;
  // A button that has the focus stays: only when the ban changes are there other buttons.
  const box = place("chosen");
  const facts = el("dl", {}, ...[
    [text("live.script.car"), plateOf(car)],
    [text("live.script.terminal"), car.terminal],
    [text("live.script.school"), car.school_name],
    [text("live.script.filter_running"), training(car, offset)],
    [text("live.script.where"), where(car)],
  ].flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  const state = el("p", {}, ...chips(car));
  const link = car.running
    ? el("p", {}, el("a", { href: `/sessions/${car.terminal}/${car.running.session}` }, text("live.script.open_session")))
    : null;
  const about = el("div", {}, facts, state, link);
  const key = `${car.terminal} ${car.ban !== null}`;
  if (box.dataset.key === key) { box.firstChild.replaceWith(about); return; }
  box.dataset.key = key;
  box.replaceChildren(about, ...(given.may_order ? [el("div", { class: "row" }, buttons(car, (order) => orderTable.put([order], plate)))] : []));
}

/** The sentence that a screen reader reads out: not more than once in ten seconds. */
function say(all) {
  clearTimeout(sayLater);
  const now = Date.now();
  if (now - said < 10000) { sayLater = setTimeout(() => say([...cars.values()]), 10000 - (now - said)); return; }
  const running = all.filter(FILTERS.running);
  const sentence = text("live.script.status", {
    cars: all.length, running: running.length, out: running.filter(isOut).length,
    offline: running.filter(isSilent).length, malfunction: all.filter(FILTERS.malfunction).length,
  });
  if (place("status").textContent !== sentence) { place("status").textContent = sentence; said = now; }
}

/** The stream of events. A page that is not seen has none: a browser opens six connections to a server, for
 *  all its tabs together. */
const stream = { source: null, last: given.event, again: null, waits_s: 0, isOver: false };

function watching(key, kind) {
  place("watching").textContent = text(`live.script.${key}`);
  place("watching").className = `chip ${kind}`;
}

function listen() {
  if (stream.source !== null || stream.isOver || document.hidden) return;
  clearTimeout(stream.again);
  const source = stream.source = new EventSource(`/v1/live/events?after=${encodeURIComponent(stream.last)}`);
  source.addEventListener("open", () => { stream.waits_s = 0; watching("watching", "accepted"); });
  source.addEventListener("error", () => {
    watching("waiting", "refused");
    // A browser tries again after a connection that broke, but not after an answer that is an error.
    if (source.readyState !== EventSource.CLOSED) return;
    leave();
    stream.waits_s = Math.min(60, 2 * stream.waits_s + 3);
    stream.again = setTimeout(listen, 1000 * stream.waits_s);
  });
  for (const name of ["whole", "change"]) {
    source.addEventListener(name, (event) => { stream.last = event.lastEventId; take(JSON.parse(event.data)); });
  }
  source.addEventListener("over", (event) => {
    // After a restart the browser connects again by itself.
    if (JSON.parse(event.data).reason === "restart") return;
    stream.isOver = true;
    leave();
    watching("over", "refused");
  });
}

function leave() {
  clearTimeout(stream.again);
  stream.source?.close();
  stream.source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
place("search").addEventListener("input", () => show(null));
place("search").addEventListener("submit", (event) => event.preventDefault());
place("cars").replaceChildren();
take(given);
api("GET", "/v1/orders?limit=20").then((page) => orderTable.put(page.items, plate)).catch(() => {});
listen();
