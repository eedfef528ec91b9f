// The map: fences in force now and a mark for each car with a fix. The page is whole without it.

import { shown } from "/static/live_datum.js";
import { chipOf, isSilent, markOf, plateOf, where, whereOf } from "/static/live_words.js";

const COLOURS = { in: "#1a7f4b", unsure: "#8f5f00", out: "#b3261e", no_fence: "#6a7774" };
/** More letters than that at once would make the map slow: then they are dots. */
const LETTERS_MOST = 600;

/** Pale: a car whose last fix says nothing of now. */
const isPale = (car) => isSilent(car) || car.running === null;

export class CarMap {
  constructor(place, given, choose) {
    this.choose = choose;
    this.datum = given.tiles ? given.tiles_datum : "wgs84";
    this.marks = new Map();
    this.isFitted = false;
    this.map = L.map(place, { preferCanvas: true, zoomControl: true }).setView([35, 105], 4);
    this.map.attributionControl.setPrefix(false);
    if (given.tiles) {
      L.tileLayer(given.tiles, { attribution: escaped(given.tiles_credit), maxZoom: 20 }).addTo(this.map);
    }
    L.control.scale({ imperial: false }).addTo(this.map);
    this.fences = given.fences.map((fence) => this.outline(fence));
  }

  outline(fence) {
    const rings = fence.rings.map((ring) => ring.map(([lon, lat]) => shown(lat, lon, this.datum)));
    const line = { color: "#0b5c4f", weight: 2, fillOpacity: 0.06, interactive: false };
    return L.polygon(rings, line).addTo(this.map);
  }

  /** Bring marks up to date; cars: those to show; chosen: a terminal or null. */
  show(cars, chosen) {
    const wanted = new Map(cars.filter((car) => car.fix).map((car) => [car.terminal, car]));
    for (const [terminal, mark] of this.marks) {
      if (!wanted.has(terminal)) { mark.remove(); this.marks.delete(terminal); }
    }
    const asLetters = wanted.size <= LETTERS_MOST;
    for (const car of wanted.values()) this.put(car, asLetters, car.terminal === chosen);
    if (!this.isFitted && (wanted.size || this.fences.length)) this.fit([...wanted.values()]);
  }

  put(car, asLetter, isChosen) {
    const at = shown(car.fix.lat, car.fix.lon, this.datum);
    const look = [whereOf(car), isPale(car), isChosen, asLetter].join();
    const held = this.marks.get(car.terminal);
    if (held && held.look === look) { held.setLatLng(at); held.car = car; return; }
    held?.remove();
    const made = asLetter ? this.letter(car, at, isChosen) : this.dot(car, at, isChosen);
    made.look = look;
    made.car = car;
    made.bindTooltip(() => document.createTextNode(`${plateOf(made.car)} · ${where(made.car)}`));
    made.on("click", () => this.choose(car.terminal));
    made.addTo(this.map);
    this.marks.set(car.terminal, made);
  }

  letter(car, at, isChosen) {
    const kind = whereOf(car);
    const names = ["car", kind, isPale(car) ? "silent" : "", isChosen ? "chosen" : ""].filter(Boolean).join(" ");
    const icon = L.divIcon({ className: names, html: markOf(car), iconSize: [22, 22] });
    // By keyboard the cars are reached in the table.
    return L.marker(at, { icon, keyboard: false, zIndexOffset: kind === "out" ? 1000 : 0 });
  }

  dot(car, at, isChosen) {
    const kind = whereOf(car);
    return L.circleMarker(at, {
      radius: isChosen ? 9 : kind === "out" ? 7 : 5, weight: isChosen ? 3 : 1, color: "#16211f",
      fillColor: COLOURS[kind], fillOpacity: isPale(car) ? 0.4 : 0.9, dashArray: kind === "unsure" ? "2 2" : null,
    });
  }

  fit(cars) {
    const places = cars.map((car) => shown(car.fix.lat, car.fix.lon, this.datum));
    const bounds = L.latLngBounds(places);
    if (!places.length) this.fences.forEach((fence) => bounds.extend(fence.getBounds()));
    this.map.fitBounds(bounds, { padding: [30, 30], maxZoom: 16, animate: false });
    this.isFitted = true;
  }

  lookAt(car) {
    if (car.fix) this.map.setView(shown(car.fix.lat, car.fix.lon, this.datum), Math.max(this.map.getZoom(), 15));
  }
}

function escaped(words) {
  const place = document.createElement("span");
  place.textContent = words;
  return place.innerHTML;
}
