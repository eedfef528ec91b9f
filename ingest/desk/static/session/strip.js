// The minute strip: the effective verdict above, the machine's beneath it; letters and patterns besides colours.
import { el, text } from "/static/kernel.js";
import { emit, here, isNewDay, mark, minutes, moveTo, on, stretches, surroundings, view } from "./state.js";

const place = document.getElementById("strip");
const marked = document.getElementById("marked");
const HIGH = 34;
const LOW = 10;
/** Room for the zone at the end of the axis. */
const ZONE_PX = 76;
const letters = Object.fromEntries(
  ["accepted", "refused", "unsure"].map((name) => [name, text(`session.verdict.${name}_letter`)]),
);
let cursor;
let marks;

function patterns() {
  const hatch = el("path", { d: "M0 6 L6 0 M-1 1 L1 -1 M5 7 L7 5", class: "hatch" });
  const dots = el("circle", { cx: 2, cy: 2, r: 1.1, class: "dots" });
  const made = (id, size, ground, mark_) => {
    const pattern = document.createElementNS("http://www.w3.org/2000/svg", "pattern");
    for (const [key, value] of Object.entries({ id, width: size, height: size, patternUnits: "userSpaceOnUse" })) {
      pattern.setAttribute(key, value);
    }
    pattern.append(el("rect", { width: size, height: size, class: ground }), mark_);
    return pattern;
  };
  const defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
  defs.append(made("p-refused", 6, "refused", hatch), made("p-unsure", 5, "unsure", dots));
  return defs;
}

function cell(one, n, width) {
  const high = [
    el("rect", { x: n * width, y: 0, width, height: HIGH, class: `cell ${one.verdict}` }),
    el("rect", { x: n * width, y: HIGH + 2, width, height: LOW, class: `cell ${one.machine}` }),
  ];
  if (one.decision !== null) high.push(el("rect", { x: n * width, y: 0, width, height: 4, class: "decided" }));
  if (width >= 9 && one.verdict !== "accepted") {
    high.push(el("text", { x: (n + 0.5) * width, y: HIGH - 11, class: `letter ${one.verdict}` }, letters[one.verdict]));
  }
  const missing = n ? one.minute - minutes[n - 1].minute - 1 : 0;
  if (missing > 0) {
    const words = el("title", {}, text("session.strip.gap", { n: missing }));
    high.push(el("line", { x1: n * width, x2: n * width, y1: 0, y2: HIGH + LOW + 2, class: "gap" }, words));
  }
  return el("g", {}, el("title", {}, titleOf(one, n)), ...high);
}

function titleOf(one, n) {
  const verdict = text(`session.verdict.${one.verdict}`);
  const machine = one.machine === one.verdict
    ? "" : text("session.strip.machine", { verdict: text(`session.verdict.${one.machine}`) });
  return text("session.strip.value", { time: `${one.time} ${surroundings.zone}`, n: n + 1, of: minutes.length, verdict, machine });
}

function hours(width, total) {
  // As many labels as have room: every 1, 5, 10, 15, 30 or 60 minutes.
  const every = [1, 5, 10, 15, 30, 60].find((step) => step * width >= 44) ?? 120;
  const clockMinute = (one) => one.minute + view.head.utc_offset_min;
  let last = -100;
  const ends = total - ZONE_PX;
  const labels = minutes.flatMap((one, n) => {
    const isDay = isNewDay(n);
    if ((clockMinute(one) % every && !isDay) || n * width - last < 40 || n * width > ends - (isDay ? 70 : 34)) return [];
    last = n * width + (isDay ? 34 : 0);
    return [
      el("line", { x1: n * width, x2: n * width, y1: HIGH + LOW + 2, y2: HIGH + LOW + 6, class: "tick-line" }),
      el("text", { x: n * width, y: HIGH + LOW + 17, class: "hour" }, isDay ? `${one.date.slice(5)} ${one.time}` : one.time),
    ];
  });
  return [...labels, el("text", { x: total, y: HIGH + LOW + 17, class: "hour zone" }, surroundings.zone)];
}

export function draw() {
  const total = place.clientWidth;
  if (!minutes.length || !total) return;
  const width = total / minutes.length;
  const svg = el("svg", { width: total, height: HIGH + LOW + 20, "aria-hidden": "true" }, patterns());
  minutes.forEach((one, n) => svg.append(cell(one, n, width)));
  svg.append(...hours(width, total));
  marks = el("rect", { y: -1, height: HIGH + LOW + 4, class: "marks" });
  cursor = el("rect", { y: 0, width: 3, height: HIGH + LOW + 4, class: "cursor" });
  svg.append(marks, cursor);
  place.replaceChildren(svg);
  place.setAttribute("aria-valuemin", 1);
  place.setAttribute("aria-valuemax", minutes.length);
  showCursor();
  showMarks();
}

function showCursor() {
  const one = minutes[here.at];
  if (!cursor || !one) return;
  const width = place.clientWidth / minutes.length;
  cursor.setAttribute("x", (here.at + here.second / 60) * width - 1.5);
  place.setAttribute("aria-valuenow", here.at + 1);
  place.setAttribute("aria-valuetext", titleOf(one, here.at));
}

function showMarks() {
  const is = here.from !== null;
  marked.hidden = !is;
  if (is) {
    const some = minutes.slice(here.from, here.to + 1);
    const ends = { n: some.length, from: some[0].time, to: `${some[some.length - 1].time} ${surroundings.zone}` };
    marked.textContent = text("session.strip.marked", ends);
    marked.title = stretches(some);
  }
  if (!marks) return;
  const width = place.clientWidth / minutes.length;
  marks.setAttribute("visibility", is ? "visible" : "hidden");
  if (is) {
    marks.setAttribute("x", here.from * width);
    marks.setAttribute("width", (here.to - here.from + 1) * width);
  }
}

function placeOf(event) {
  const box = place.getBoundingClientRect();
  const share = Math.max(0, Math.min(0.999999, (event.clientX - box.left) / box.width));
  return { at: Math.floor(share * minutes.length), second: Math.floor(((share * minutes.length) % 1) * 60) };
}

/** Mark on from where the marks end, by one minute. */
export function markBy(step) {
  if (!minutes.length) return;
  const anchor = here.from === null ? here.at : here.at === here.from ? here.to : here.from;
  moveTo(here.at + step);
  mark(anchor, here.at);
}

let drag = null;
place.addEventListener("pointerdown", (event) => {
  if (event.button || !minutes.length) return;
  const found = placeOf(event);
  drag = found.at;
  place.setPointerCapture(event.pointerId);
  if (event.shiftKey) mark(here.from ?? here.at, found.at);
  else mark();
  moveTo(found.at, found.second);
});
place.addEventListener("pointermove", (event) => {
  if (drag === null) return;
  const found = placeOf(event);
  if (found.at !== drag || here.from !== null) mark(drag, found.at);
  moveTo(found.at, found.second);
});
for (const end of ["pointerup", "pointercancel"]) place.addEventListener(end, () => { drag = null; });

on("move", showCursor);
on("mark", showMarks);
new ResizeObserver(draw).observe(place);
draw();
emit("mark");
