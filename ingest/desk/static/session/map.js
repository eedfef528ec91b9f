// The map: the trace by verdict, the fences of that moment or today's, margins of error, grid, scale, north.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { text } from "/static/kernel.js";
import { gridLayer } from "./grid.js";
import { fixAt, minutes, moveTo, on, surroundings, trace, traceHere } from "./state.js";

const E7 = 1e7;
const PLACES = { 0: "in", 1: "doubt", 2: "out", 3: "out_counted", 4: "reckoned", [-1]: "none" };
const ORDER = ["accepted", "unsure", "refused"];
const KINDS = new Set(["field", "road"]);
const told = document.getElementById("map-told");
const follow = document.getElementById("follow");
const map = L.map("map", { zoomSnap: 0.25, zoomDelta: 0.5, maxZoom: 22, attributionControl: false,
  zoomControl: false, keyboard: false });
const layers = {
  fences: L.layerGroup().addTo(map),
  trace: L.layerGroup().addTo(map),
  minute: L.layerGroup().addTo(map),
  now: L.layerGroup().addTo(map),
};
export let showsToday = false;
let bounds = null;
let drawnFor = null;

map.setView([35, 105], 4);
L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
if (surroundings.tiles) {
  L.tileLayer(surroundings.tiles, { maxNativeZoom: 18, maxZoom: 22, attribution: "" }).addTo(map);
}
const grid = gridLayer(map, !surroundings.tiles);
L.control.zoom({ position: "topright" }).addTo(map);
corner("topleft", "north", `↑ ${text("session.map.north")}`);
const credit = surroundings.tiles && surroundings.credit ? ` · ${surroundings.credit}` : "";
const datum = { wgs84: "WGS-84", gcj02: "GCJ-02" }[surroundings.datum];
const gridTold = corner("bottomright", "credit", "");
grid.onStep((metres) => { gridTold.textContent = `${datum} · ${text("session.map.grid", { n: metres })}${credit}`; });

/** A control that only shows words. */
function corner(position, name, words) {
  const control = L.control({ position });
  const box = L.DomUtil.create("div", `map-${name}`);
  box.textContent = words;
  control.onAdd = () => box;
  control.addTo(map);
  return box;
}

/** Positions as they are to be shown, [lat, lon] in degrees. */
function shown(found) {
  const [lat, lon] = found.shown_lat_e7
    ? [found.shown_lat_e7, found.shown_lon_e7] : [found.lat_e7, found.lon_e7];
  return lat.map((value, n) => [value / E7, lon[n] / E7]);
}

function drawTrace() {
  layers.trace.clearLayers();
  let before = null;
  const all = [];
  const lines = [];
  minutes.forEach((one, n) => {
    const found = trace.bySeq.get(one.seq);
    if (!found || !found.second.length) { before = null; return; }
    const points = shown(found);
    all.push(...points);
    // The way from the last minute's end belongs to this one, where they follow one another.
    const line = before && minutes[n - 1].minute + 1 === one.minute ? [before, ...points] : points;
    before = points[points.length - 1];
    const decided = { className: "trace-line is-decided", interactive: false };
    if (one.verdict !== one.machine) lines.push([-1, L.polyline(line, decided)]);
    const drawn = L.polyline(line, { className: `trace-line ${one.verdict}`, bubblingMouseEvents: false });
    lines.push([ORDER.indexOf(one.verdict), drawn.on("click", () => moveTo(n))]);
  });
  // What is wrong lies above what is right: a car goes the same way many times.
  lines.sort((one, other) => one[0] - other[0]).forEach(([, drawn]) => drawn.addTo(layers.trace));
  labelStretches();
  if (all.length) {
    pin(all[0], "start");
    pin(all[all.length - 1], "end");
    bounds = L.latLngBounds(all);
  }
}

/** A letter in the middle of each stretch that is not accepted, so that colour alone tells nothing. */
function labelStretches() {
  let first = 0;
  while (first < minutes.length) {
    let last = first;
    while (minutes[last + 1]?.verdict === minutes[first].verdict) last += 1;
    const middle = trace.bySeq.get(minutes[Math.floor((first + last) / 2)].seq);
    const verdict = minutes[first].verdict;
    if (verdict !== "accepted" && middle?.second.length) {
      const points = shown(middle);
      letter(points[Math.floor(points.length / 2)], text(`session.verdict.${verdict}_letter`), verdict);
    }
    first = last + 1;
  }
}

function letter(at, words, name) {
  const box = document.createElement("span");
  box.textContent = words;
  L.marker(at, {
    icon: L.divIcon({ className: `map-letter ${name}`, html: box, iconSize: [20, 20] }),
    interactive: false, keyboard: false,
  }).addTo(layers.trace);
}

function pin(at, name) {
  const box = document.createElement("span");
  box.textContent = text(`session.map.${name}`);
  L.marker(at, {
    icon: L.divIcon({ className: `map-pin ${name}`, html: box, iconSize: null }), interactive: false, keyboard: false,
  }).addTo(layers.trace);
}

function drawFences() {
  layers.fences.clearLayers();
  for (const one of trace.fences) {
    if (!(showsToday ? one.today : one.then)) continue;
    const kind = KINDS.has(one.kind) ? one.kind : "field";
    const state = one.state === "approved" ? "" : "is-not-approved";
    const className = `fence ${kind} ${one.allows ? "allows" : "is-other"} ${state}`;
    for (const rings of one.areas) {
      const area = L.polygon(rings.map((ring) => ring.map(([lat, lon]) => [lat / E7, lon / E7])), { className });
      area.bindTooltip(fenceTold(one), { sticky: true }).addTo(layers.fences);
    }
    for (const line of one.lines) {
      L.polyline(line.map(([lat, lon]) => [lat / E7, lon / E7]), { className: "centre", interactive: false })
        .addTo(layers.fences);
    }
  }
}

function fenceTold(one) {
  const box = document.createElement("div");
  const say = (words) => {
    const row = document.createElement("div");
    row.textContent = words;
    box.append(row);
  };
  say(`${one.ground} · ${text(`session.map.${one.kind === "road" ? "road" : "field"}`)} · ${text(`session.map.${one.state}`)}`);
  say(text(one.valid_to ? "session.map.fence_to" : "session.map.fence", {
    fence: one.fence, parts: one.parts.join(", "), from: one.valid_from, to: one.valid_to,
    classes: one.vehicle_classes ? one.vehicle_classes.join(", ") : text("session.map.all_classes"),
  }));
  say(text(one.allows ? "session.map.allows" : "session.map.other"));
  return box;
}

/** The minute under the cursor with its margins: drawn once, while the cursor moves within it. */
function drawMinute(found, points) {
  layers.minute.clearLayers();
  L.polyline(points, { className: "minute-line", interactive: false }).addTo(layers.minute);
  points.forEach((at, n) => {
    const place = PLACES[found.place[n]];
    L.circle(at, { radius: found.margin_dm[n] / 10, className: `ring ${place}`, interactive: false }).addTo(layers.minute);
  });
}

function drawNow() {
  const found = traceHere();
  layers.now.clearLayers();
  if (!found || !found.second.length) {
    layers.minute.clearLayers();
    drawnFor = null;
    return;
  }
  const points = shown(found);
  if (drawnFor !== found) drawMinute(found, points);
  drawnFor = found;
  const now = fixAt(found);
  const place = PLACES[found.place[now]];
  L.circle(points[now], { radius: found.margin_dm[now] / 10, className: `ring now ${place}`, interactive: false })
    .addTo(layers.now);
  L.circleMarker(points[now], { radius: 7, className: `car ${place}`, interactive: false }).addTo(layers.now);
  if (follow.checked && !map.getBounds().pad(-0.12).contains(points[now])) map.panTo(points[now], { animate: false });
}

export function showWhole() {
  if (bounds) map.fitBounds(bounds.pad(0.08), { animate: false });
}

/** The whole session, or the minute under the cursor near by. */
export function toggleWhole() {
  const found = traceHere();
  const near = found?.second.length ? L.latLngBounds(shown(found)).pad(0.6) : null;
  const isWhole = bounds && map.getZoom() <= map.getBoundsZoom(bounds) + 0.1;
  if (isWhole && near) map.fitBounds(near, { animate: false, maxZoom: 19 });
  else showWhole();
}

export function toggleFences() {
  showsToday = !showsToday;
  drawFences();
  document.getElementById("fences").setAttribute("aria-pressed", showsToday);
  told.textContent = text(showsToday ? "session.map.today_told" : "session.map.then_told");
}

on("trace", () => {
  drawFences();
  drawTrace();
  drawNow();
  const few = bounds === null;
  told.textContent = few ? text("session.map.no_fix") : `${text("session.map.then_told")} ${text("session.map.rings")}`;
  showWhole();
});
on("move", drawNow);
new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(document.getElementById("map"));
