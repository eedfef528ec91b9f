// Another session beside this one: who, when, how far apart at the cursor's second, and the faces of both.
import { api, el, tell, text } from "/static/kernel.js";
import { faceList, samePictures } from "./faces.js";
import { emit, fixAt, here, minutes, moveTo, on, said, span, surroundings, trace, traceHere, view } from "./state.js";

const E7 = 1e7;
const M_PER_DEGREE = 111_320;
const place = document.getElementById("beside");
const body = document.getElementById("beside-body");
let opener = null;
const apart = el("p", { class: "apart" });
/** The other session: view and the traces of its minutes; ahead_s: its seconds are this one's and so many. */
export const beside = { view: null, byMinute: new Map(), ahead_s: 0 };

const two = (n) => String(n).padStart(2, "0");

/** Its second that stands for the cursor's, and its last fix by then; null where there is none. */
export function fixBeside() {
  const one = minutes[here.at];
  if (!beside.view || !one) return null;
  const utcS = one.minute * 60 + here.second + beside.ahead_s;
  const found = beside.byMinute.get(Math.floor(utcS / 60));
  if (!found?.second.length) return null;
  const n = found.second.findLastIndex((second) => second <= utcS % 60);
  return { utcS, found, n: Math.max(0, n) };
}

function metres(one, n, other, k) {
  const north = (one.lat_e7[n] - other.lat_e7[k]) / E7;
  const east = (one.lon_e7[n] - other.lon_e7[k]) / E7;
  const turned = ((((east + 180) % 360) + 360) % 360) - 180;
  return Math.hypot(north, turned * Math.cos((one.lat_e7[n] / E7) * (Math.PI / 180))) * M_PER_DEGREE;
}

/** Seconds of the day in the ground's zone as HH:MM:SS. */
function clock(utcS) {
  const s = (((utcS + view.head.utc_offset_min * 60) % 86_400) + 86_400) % 86_400;
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function showApart() {
  const other = fixBeside();
  const mine = traceHere();
  if (!other || !mine?.second.length) {
    apart.textContent = text("around.beside.no_position");
    return;
  }
  const metre = Math.round(metres(mine, fixAt(mine), other.found, other.n));
  const own = minutes[here.at].minute * 60 + here.second;
  apart.textContent = text("around.beside.apart", {
    m: metre, here: clock(own), there: clock(other.utcS), zone: surroundings.zone,
  });
}

function aligned() {
  if (!beside.ahead_s) return text("around.beside.same_time");
  const size = Math.abs(beside.ahead_s);
  const values = { min: Math.floor(size / 60), s: size % 60 };
  return text(`around.beside.${beside.ahead_s < 0 ? "earlier" : "later"}`, values);
}

const person = (one) => (one
  ? [el("bdi", {}, one.name ?? text("session.head.unknown")), " ", el("span", { class: "code" }, one.number)]
  : text("session.head.unknown"));

/** Cells of the two, which say whose they are where the table's head does not stand above them. */
const mineCell = (...said_) => el("td", { "data-whose": text("around.beside.this") }, ...said_);
const theirCell = (...said_) => el("td", { "data-whose": text("around.beside.other") }, ...said_);

function facts() {
  const [mine, theirs] = [view.head, beside.view.head];
  const rows = ["trainee", "instructor", "car", "school"].map((key) => {
    const isSame = mine[key] && mine[key].number === theirs[key]?.number;
    const chip = isSame ? [" ", el("span", { class: "chip unsure" }, text("around.beside.same"))] : [];
    return el("tr", {}, el("th", { scope: "row" }, text(`session.head.${key}`)), mineCell(person(mine[key])), theirCell(person(theirs[key]), chip));
  });
  const ends = (head) => `${span(head, "", text("session.head.open_end"))} ${surroundings.zone}`;
  const row = (key, one, other) => el("tr", {}, el("th", { scope: "row" }, text(`session.head.${key}`)), mineCell(one), theirCell(other));
  const counts = (head) => text("session.head.counts", { recorded: head.recorded, ...head.effective });
  rows.push(row("time", ends(mine), ends(theirs)), row("minutes", counts(mine), counts(theirs)));
  const heading = (key) => el("th", { scope: "col" }, text(`around.beside.${key}`));
  return el("table", { class: "pair" },
    el("thead", {}, el("tr", {}, el("td", {}), heading("this"), heading("other"))),
    el("tbody", {}, rows, ["trainee", "instructor"].map(facesOf)));
}

function facesOf(role) {
  const same = samePictures(view.faces, beside.view.faces);
  const shown = (whose) => faceList(whose.faces.filter((one) => one.role === role), { terminal: whose.terminal, same, moves: whose === view });
  return el("tr", {}, el("th", { scope: "row" }, `${text("session.faces.title")}: ${text(`session.faces.${role}`)}`), mineCell(shown(view)), theirCell(shown(beside.view)));
}

function draw() {
  const key = `${beside.view.terminal}/${beside.view.session}`;
  body.replaceChildren(
    el("p", {}, el("a", { href: `/sessions/${key}` }, text("around.beside.open"), " ", el("span", { class: "code" }, key)),
      ` · ${said(beside.view.summary)}`),
    el("p", { class: "small" }, aligned()), apart,
    el("div", { class: "scroll" }, facts()),
    el("p", { class: "row" }, el("button", { type: "button", class: "quiet", on: { click: showPhotosBeside } }, text("around.beside.photos")),
      el("span", { class: "aside small" }, text("session.faces.lead"))));
}

/** Put a session beside this one. lateS: this one is so many seconds later; null: at the same clock time where
    they meet, else from the beginning of each. */
export async function openBeside(terminal, session, lateS = null) {
  const path = `/v1/sessions/${terminal}/${session}`;
  try {
    const [other, fixes] = await Promise.all([api("GET", path), api("GET", `${path}/trace?datum=${surroundings.datum}`)]);
    beside.view = other;
    beside.byMinute = new Map(fixes.minutes.map((one) => [one.minute, one]));
    beside.ahead_s = lateS === null ? meeting(other) : -lateS;
  } catch (refused) {
    tell(refused.status === 404 ? text("around.beside.not_yours") : refused.message, "wrong");
    return;
  }
  // The focus goes back where it came from, unless that is in what is drawn anew.
  opener = place.contains(document.activeElement) ? opener : document.activeElement;
  draw();
  place.hidden = false;
  emit("beside");
  if (!fixBeside()) moveTo(firstShared());
  showApart();
  place.focus({ preventScroll: true });
  const isTall = place.clientHeight > window.innerHeight;
  place.scrollIntoView({ block: isTall ? "start" : "nearest" });
}

/** The first minute of which both have positions; where there is none, the one under the cursor. */
function firstShared() {
  const theirs = (one) => beside.byMinute.get(Math.floor((one.minute * 60 + beside.ahead_s) / 60))?.second.length;
  const found = minutes.findIndex((one) => theirs(one) && trace.bySeq.get(one.seq)?.second.length);
  return found < 0 ? here.at : found;
}

function meeting(other) {
  const [first, last] = [minutes[0], minutes[minutes.length - 1]];
  const [begin, end] = [other.minutes[0], other.minutes[other.minutes.length - 1]];
  if (!first || !begin || (begin.minute <= last.minute && first.minute <= end.minute)) return 0;
  return (begin.minute - first.minute) * 60;
}

export function closeBeside() {
  if (!beside.view) return;
  beside.view = null;
  const hadFocus = place.contains(document.activeElement);
  place.hidden = true;
  body.replaceChildren();
  emit("beside");
  if (hadFocus) opener?.focus({ preventScroll: true });
}

/** A button that puts a session beside this one. name: what tells it from others. */
export function besideButton(other, lateS = null, name = `${other.terminal}/${other.session}`) {
  return el("button", {
    type: "button", class: "quiet compact", "data-beside": "", "aria-label": text("around.beside.show_of", { name }),
    on: { click: () => openBeside(other.terminal, other.session, lateS) },
  }, text("around.beside.show"));
}

/** The first that a suspicion, then that a neighbour offers. */
export function besideFirst() {
  const found = document.querySelector("#found [data-beside]") ?? document.querySelector("#neighbours [data-beside]");
  if (found) found.click();
  else tell(text("around.beside.nobody"));
}

export function showPhotosBeside() {
  for (const button of body.querySelectorAll(".photo:not(details:not([open]) *) > button")) button.click();
}

document.getElementById("beside-close").addEventListener("click", closeBeside);
on("move", () => { if (beside.view) showApart(); });
