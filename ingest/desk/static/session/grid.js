// A grid of whole coordinates under everything: the map is complete without any tiles.
import * as L from "/static/leaflet/leaflet-src.esm.js";

const M_PER_DEGREE = 111_320;
const STEPS_M = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000];
const WISHED_PX = 110;

/** Lines every so many metres, labelled in degrees; onStep(listener) tells the step, null where none is drawn. */
export function gridLayer(map, isShown) {
  const pane = map.createPane("grid");
  pane.classList.add("grid-pane");
  const group = L.layerGroup().addTo(map);
  let listener = () => {};

  function draw() {
    group.clearLayers();
    const box = map.getBounds();
    const middle = box.getCenter();
    const eastM = M_PER_DEGREE * Math.cos((middle.lat * Math.PI) / 180);
    const pixelM = ((box.getEast() - box.getWest()) * eastM) / Math.max(1, map.getSize().x);
    const stepM = STEPS_M.find((step) => step / pixelM >= WISHED_PX) ?? STEPS_M[STEPS_M.length - 1];
    const isDrawn = isShown && pixelM <= 200;
    listener(isDrawn ? stepM : null);
    if (!isDrawn) return;
    lines(box.getSouth(), box.getNorth(), stepM / M_PER_DEGREE, (lat) => [[lat, box.getWest()], [lat, box.getEast()]], "lat");
    lines(box.getWest(), box.getEast(), stepM / eastM, (lon) => [[box.getSouth(), lon], [box.getNorth(), lon]], "lon");
  }

  function lines(from, to, step, ends, axis) {
    for (let n = Math.ceil(from / step); n * step < to; n += 1) {
      const [begin, end] = ends(n * step);
      L.polyline([begin, end], { pane: "grid", className: "grid-line", interactive: false }).addTo(group);
      const at = map.latLngToContainerPoint(axis === "lat" ? begin : end);
      // In the corners labels would lie over each other.
      if (axis === "lat" ? at.y < 40 : at.x < 60) continue;
      const box = document.createElement("span");
      box.textContent = (n * step).toFixed(4);
      L.marker(axis === "lat" ? begin : end, {
        pane: "grid", interactive: false, keyboard: false,
        icon: L.divIcon({ className: `grid-label ${axis}`, html: box, iconSize: null }),
      }).addTo(group);
    }
  }

  map.on("moveend zoomend resize", draw);
  return { onStep: (found) => { listener = found; draw(); } };
}
