// Faces by role: sign-in, during, sign-out beside each other. A photo is fetched only when it is asked for,
// for every look at a face is written to the audit log.
import { el, text } from "/static/kernel.js";
import { moveToTime, view } from "./state.js";

const LIMIT = 0.6;
const place = document.getElementById("faces");
const own = { terminal: view.terminal, same: new Set(), moves: true };
const COLUMNS = ["sign_in", "during", "sign_out"];
const columnOf = (moment) => (COLUMNS.includes(moment) ? moment : "during");
const good = (one) => one.kind === "photo" || (one.outcome === "match" && one.is_person);
/** Of more, those that say nothing wrong are folded away. */
const FOLDED_FROM = 12;

function photo(one, terminal) {
  const found = one.photo;
  if (!found) return el("p", { class: "aside small" }, text("session.faces.no_photo"));
  if (!found.whole) {
    const key = found.size ? "session.faces.not_whole" : "session.faces.not_begun";
    return el("p", { class: "aside small" }, text(key, { received: found.received, size: found.size }));
  }
  const box = el("div", { class: "photo" });
  const button = el("button", { type: "button", class: "quiet", on: { click: () => load(one, box, terminal) } }, text("session.faces.show"));
  box.append(button);
  return box;
}

function load(one, box, terminal) {
  const image = el("img", {
    alt: text("session.faces.photo_of", { role: text(`session.faces.${one.role}`), time: one.time }),
    src: `/v1/photos/${one.photo.digest}?terminal=${terminal}`,
    on: { error: () => box.replaceChildren(el("p", { class: "wrong small" }, text("session.faces.not_begun"))) },
  });
  box.replaceChildren(image);
}

function measured(one) {
  const rows = [];
  if (one.kind === "check") {
    if (one.score !== null) rows.push(text("session.faces.score", { n: one.score }));
    if (one.matched && !one.is_person) rows.push(text("session.faces.matched_other", { number: one.matched }));
  }
  if (one.photo?.faces !== null && one.photo?.faces !== undefined) rows.push(text("session.faces.faces_n", { n: one.photo.faces }));
  if (one.photo?.distance_1000 !== null && one.photo?.distance_1000 !== undefined) {
    const distance = (one.photo.distance_1000 / 1000).toFixed(2);
    rows.push(text("session.faces.distance", { n: distance, limit: LIMIT.toFixed(1) }));
  }
  return rows.map((words) => el("p", { class: "small" }, words));
}

function card(one, { terminal, same, moves }) {
  const is = good(one);
  const words = one.kind === "photo" ? text("session.faces.photo_only") : text(`session.outcome.${one.outcome}`);
  const odd = ["ordered", "restart"].includes(one.moment) ? ` (${text(`session.faces.${one.moment}`)})` : "";
  return el("div", { class: `face ${one.kind === "photo" ? "plain" : is ? "good" : "bad"}` },
    el("p", { class: "row" },
      moves ? el("button", {
        type: "button", class: "link", title: text("session.faces.to_minute", { time: one.time }),
        on: { click: () => moveToTime(one.utc_s) },
      }, one.time || "–") : el("span", {}, one.time || "–"),
      el("span", { class: one.kind === "photo" ? "chip" : `chip ${is ? "accepted" : "refused"}` },
        one.kind === "photo" ? "" : `${is ? "✓" : "✗"} `, words, odd)),
    same.has(one.photo?.digest) ? el("p", { class: "wrong small" }, text("around.beside.same_picture")) : null,
    photo(one, terminal), measured(one));
}

/** Digests of pictures that stand in both lists of faces. */
export function samePictures(some, others) {
  const there = new Set(others.map((one) => one.photo?.digest));
  return new Set(some.map((one) => one.photo?.digest).filter((digest) => digest && there.has(digest)));
}

/** Cards of faces. about: terminal that took them, digests to point out (same), whether a time moves the cursor. */
export function faceList(faces, about) {
  if (!faces.length) return el("p", { class: "aside small" }, text("session.faces.none"));
  const many = faces.length > FOLDED_FROM;
  const isShown = (one) => !many || one.moment !== "during" || !good(one) || about.same.has(one.photo?.digest);
  const rest = faces.filter((one) => !isShown(one));
  const list = el("div", { class: "face-list" }, faces.filter(isShown).map((one) => card(one, about)));
  if (!rest.length) return list;
  const inner = el("div", { class: "face-list" });
  const unfold = () => { if (!inner.childElementCount) inner.append(...rest.map((one) => card(one, about))); };
  return el("div", {}, list, el("details", { on: { toggle: unfold } },
    el("summary", {}, text("session.faces.more", { n: rest.length })), inner));
}

function rowOf(role) {
  const mine = view.faces.filter((one) => one.role === role);
  const cells = COLUMNS.map((column) => {
    const here = mine.filter((one) => columnOf(one.moment) === column);
    return el("td", { "data-label": text(`session.faces.${column}`) }, faceList(here, own));
  });
  return el("tr", {}, el("th", { scope: "row" }, text(`session.faces.${role}`)), cells);
}

/** All photos that are not folded away. */
export function showPhotos() {
  for (const button of place.querySelectorAll(".photo:not(details:not([open]) *) > button")) button.click();
  place.scrollIntoView({ block: "nearest" });
}

const head = el("tr", {}, el("td", {}), COLUMNS.map((column) => el("th", { scope: "col" }, text(`session.faces.${column}`))));
place.append(
  el("table", { class: "face-table" }, el("thead", {}, head), el("tbody", {}, rowOf("trainee"), rowOf("instructor"))));
document.getElementById("show-photos").addEventListener("click", showPhotos);
