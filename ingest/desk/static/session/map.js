// The map: the trace by verdict, margins of error, grid, scale, north. Fences and a second trace: map_*.js.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { text } from "/static/kernel.js";
import { gridLayer } from "./grid.js";
import { fixAt, minutes, moveTo, on, surroundings, trace, traceHere } from "./state.js";

const E7 = 1e7;
const PLACES = { 0: "in", 1: "doubt", 2: "out", 3: "out_counted", 4: "reckoned", [-1]: "none" };
const ORDER = ["accepted", "unsure", "refused"];
/** A position so far from the ground is no part of the first view. */
const FAR_M = 50_000;
const told = document.getElementById("map-told");
const follow = document.getElementById("follow");
export const map = L.map("map", { zoomSnap: 0.25, zoomDelta: 0.5, maxZoom: 22, attributionControl: false,
  zoomControl: false, keyboard: false });
const layers = {
  trace: L.layerGroup().addTo(map),
  minute: L.layerGroup().addTo(map),
  now: L.layerGroup().addTo(map),
};
let bounds = null;
let drawnFor = null;
let farAway = 0;

map.setView([35, 105], 4);
L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
if (surroundings.tiles) {
  L.tileLayer(surroundings.tiles, { maxNativeZoom: 18, maxZoom: 22, attribution: "" }).addTo(map);
}
const grid = gridLayer(map, !surroundings.tiles);
const zoomed = { zoomInTitle: text("session.map.nearer"), zoomOutTitle: text("session.map.farther") };
L.control.zoom({ position: "topright", ...zoomed }).addTo(map);
corner("topleft", "north", `↑ ${text("session.map.north")}`);
const credit = surroundings.tiles && surroundings.credit ? ` · ${surroundings.credit}` : "";
const datum = { wgs84: "WGS-84", gcj02: "GCJ-02" }[surroundings.datum];
const gridTold = corner("bottomright", "credit", "");
grid.onStep((metres) => {
  const step = metres === null ? "" : ` · ${text("session.map.grid", { n: metres })}`;
  gridTold.textContent = `${datum}${step}${credit}`;
});

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
export function shown(found) {
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
    const near = all.filter(isNear(all));
    farAway = all.length - near.length;
    bounds = L.latLngBounds(near);
  }
}

/** Whether a position is near the fences of the session, or where there are none near its median. */
function isNear(all) {
  const middle = (n) => all.map((at) => at[n]).sort((one, other) => one - other)[Math.floor(all.length / 2)];
  const grounds = trace.fences.filter((one) => one.then).map((one) => one.areas[0][0][0].map((value) => value / E7));
  const anchors = grounds.length ? grounds : [[middle(0), middle(1)]];
  const near = (at) => anchors.some((one) => map.distance(one, at) < FAR_M);
  return all.some(near) ? near : () => true;
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
  // Who sees the whole of it has nothing to follow.
  const isWhole = bounds && map.getBounds().contains(bounds);
  if (follow.checked && !isWhole && !map.getBounds().pad(-0.12).contains(points[now])) map.panTo(points[now], { animate: false });
}

export function showWhole() {
  if (bounds) map.fitBounds(bounds.pad(0.08), { animate: false, maxZoom: 19 });
}

/** The whole session, or the minute under the cursor near by. */
export function toggleWhole() {
  const found = traceHere();
  const near = found?.second.length ? L.latLngBounds(shown(found)).pad(0.6) : null;
  const isWhole = bounds && map.getZoom() <= map.getBoundsZoom(bounds) + 0.1;
  if (isWhole && near) map.fitBounds(near, { animate: false, maxZoom: 19 });
  else showWhole();
}

on("trace", () => {
  drawTrace();
  drawNow();
  const rows = bounds === null ? [] : ["then_told", "rings", ...(farAway ? ["far"] : [])];
  told.textContent = rows.map((key) => text(`session.map.${key}`, { n: farAway })).join(" ");
  document.getElementById("map-empty").hidden = bounds !== null;
  showWhole();
});
on("move", drawNow);
new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(document.getElementById("map"));
