// Fences on the map: of that moment or of today, with their grounds' names; one version of a fence over them.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { text } from "/static/kernel.js";
import { map } from "./map.js";
import { on, trace } from "./state.js";

const E7 = 1e7;
const KINDS = new Set(["field", "road"]);
const told = document.getElementById("map-told");
const button = document.getElementById("fences");
map.createPane("fences").style.zIndex = 350;
map.createPane("version").style.zIndex = 420;
const drawn = L.layerGroup().addTo(map);
const over = L.layerGroup().addTo(map);
let showsToday = false;

const corners = (ring) => ring.map(([lat, lon]) => [lat / E7, lon / E7]);
const areasOf = (one, options) => one.areas.map((rings) => L.polygon(rings.map(corners), options));

function draw() {
  drawn.clearLayers();
  const named = new Set();
  for (const one of trace.fences) {
    if (!(showsToday ? one.today : one.then)) continue;
    const kind = KINDS.has(one.kind) ? one.kind : "field";
    const state = one.state === "approved" ? "" : "is-not-approved";
    const allows = one.allows ? "allows" : "is-other";
    for (const area of areasOf(one, { pane: "fences", className: `fence ${kind} ${allows} ${state}` })) {
      area.bindTooltip(fenceTold(one), { sticky: true }).addTo(drawn);
      // What hears the focus is a stop of the Tab key; by keyboard fences are read in their list.
      area.getElement()?.setAttribute("tabindex", "-1");
    }
    for (const line of one.lines) {
      L.polyline(corners(line), { pane: "fences", className: "centre", interactive: false }).addTo(drawn);
    }
    if (!named.has(one.ground)) name(one);
    named.add(one.ground);
  }
}

/** The ground's name at the northern edge of its fence. */
function name(one) {
  const bounds = L.latLngBounds(one.areas.flatMap((rings) => corners(rings[0])));
  const box = document.createElement("bdi");
  box.textContent = one.ground;
  L.tooltip({ permanent: true, direction: "top", interactive: false, offset: [0, 0], opacity: 1,
    className: `fence-name ${one.allows ? "" : "is-other"}` })
    .setLatLng([bounds.getNorth(), bounds.getCenter().lng]).setContent(box).addTo(drawn);
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

export function toggleFences() {
  showsToday = !showsToday;
  draw();
  button.setAttribute("aria-pressed", showsToday);
  told.textContent = text(showsToday ? "session.map.today_told" : "session.map.then_told");
}

/** Lay one version of a fence over the others and bring it into view; null: take it away. */
export function showVersion(one) {
  over.clearLayers();
  if (one === null) return;
  const areas = areasOf(one, { pane: "version", className: "fence version", interactive: false });
  areas.forEach((area) => area.addTo(over));
  const bounds = L.latLngBounds(areas.map((area) => area.getBounds()));
  if (!map.getBounds().contains(bounds)) map.fitBounds(map.getBounds().extend(bounds), { animate: false });
}

button.addEventListener("click", toggleFences);
on("trace", draw);
