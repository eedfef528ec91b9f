// The trace of the session beside, dashed in another colour, and where its car was at the cursor's second.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { text } from "/static/kernel.js";
import { beside, fixBeside } from "./beside.js";
import { map, shown } from "./map.js";
import { on } from "./state.js";

const way = L.layerGroup().addTo(map);
const now = L.layerGroup().addTo(map);
map.createPane("beside").style.zIndex = 430;
const key = document.getElementById("key-beside");

function drawWay() {
  way.clearLayers();
  key.hidden = beside.view === null;
  if (beside.view) {
    let line = [];
    let last = null;
    const end = () => {
      if (line.length) L.polyline(line, { pane: "beside", className: "beside-line", interactive: false }).addTo(way);
      line = [];
    };
    for (const found of beside.byMinute.values()) {
      if (last !== null && found.minute !== last + 1) end();
      line.push(...shown(found));
      last = found.minute;
    }
    end();
  }
  drawNow();
}

function drawNow() {
  now.clearLayers();
  const found = fixBeside();
  if (!found) return;
  const box = document.createElement("span");
  box.textContent = text("around.beside.letter");
  const icon = L.divIcon({ className: "beside-car", html: box, iconSize: [18, 18], iconAnchor: [-3, 21] });
  L.marker(shown(found.found)[found.n], { icon, interactive: false, keyboard: false }).addTo(now);
}

on("beside", drawWay);
on("move", drawNow);
