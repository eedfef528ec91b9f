// One session on one screen: loads the trace, plays it, and gives every part its keys.
import { api, isTyping, tell, tellLeft, text } from "/static/kernel.js";
import "./around.js";
import "./curves.js";
import { besideFirst, closeBeside, showPhotosBeside } from "./beside.js";
import { nextSession, openDecision, repeat, takeBackNow, undo } from "./decide.js";
import { showPhotos } from "./faces.js";
import { toggleWhole } from "./map.js";
import "./map_beside.js";
import { toggleFences } from "./map_fences.js";
import "./more.js";
import "./notes.js";
import {
  emit, here, isUnexplained, lastSecond, mark, minutes, moveTo, moveToSecond, on, secondHere, surroundings, trace, view,
} from "./state.js";
import { markBy } from "./strip.js";
import "./versions.js";
import "./why.js";

const at = (id) => document.getElementById(id);
const scrubber = at("scrubber");
const clock = at("clock");
const play = at("play");
const OUT_COUNTED = 3;
let playing = 0;
let before = 0;
let shownSecond = 0;

function showClock() {
  const one = minutes[here.at];
  if (!one) return;
  clock.textContent = `${one.date === minutes[0].date ? "" : `${one.date.slice(5)} `}${one.time}:${String(here.second).padStart(2, "0")} ${surroundings.zone}`;
  scrubber.value = secondHere();
  scrubber.setAttribute("aria-valuetext", clock.textContent);
}

function step(now) {
  if (!playing) return;
  shownSecond += ((now - before) / 1000) * Number(at("factor").value);
  before = now;
  if (Math.floor(shownSecond) !== secondHere()) moveToSecond(Math.floor(shownSecond));
  if (shownSecond >= lastSecond) return void setPlaying(false);
  playing = requestAnimationFrame(step);
}

function setPlaying(is) {
  cancelAnimationFrame(playing);
  playing = 0;
  play.setAttribute("aria-pressed", is);
  play.firstChild.textContent = `${text(is ? "session.time.pause" : "session.time.play")} `;
  if (!is) return;
  if (secondHere() >= lastSecond) moveToSecond(0);
  shownSecond = secondHere();
  before = performance.now();
  playing = requestAnimationFrame(step);
}

const togglePlaying = () => setPlaying(!playing);

function toUnexplained(way) {
  for (let n = here.at + way; n >= 0 && n < minutes.length; n += way) {
    if (isUnexplained(minutes[n])) return moveTo(n);
  }
  const found = way > 0 ? minutes.findIndex(isUnexplained) : minutes.findLastIndex(isUnexplained);
  if (found < 0) return tell(text("session.decide.no_unexplained"));
  return moveTo(found);
}

function walk(way) {
  setPlaying(false);
  mark();
  moveTo(here.at + way);
}

const showKeys = () => at("keys").showModal();
const WALKS = new Set(["ArrowRight", "ArrowLeft", "n", "p"]);
const actions = {
  ArrowRight: () => walk(1),
  ArrowLeft: () => walk(-1),
  Home: () => moveTo(0),
  End: () => moveTo(minutes.length - 1),
  n: () => toUnexplained(1),
  p: () => toUnexplained(-1),
  " ": togglePlaying,
  f: toggleFences,
  w: toggleWhole,
  b: besideFirst,
  i: () => { showPhotosBeside(); showPhotos(); },
  a: () => openDecision("accept"),
  r: () => openDecision("refuse"),
  s: () => openDecision("restore"),
  l: () => openDecision("second_look"),
  v: () => openDecision("reverse"),
  u: undo,
  ".": repeat,
  "?": showKeys,
  Escape: () => (here.from === null ? closeBeside() : mark()),
};
if (surroundings.holds) actions.j = nextSession;

/** Whether the key does something of its own where the focus is. */
function isTaken(event) {
  if (event.key === " ") return event.target.closest("button, a, summary, input[type=checkbox]") !== null;
  return false;
}

document.addEventListener("keydown", (event) => {
  const isRange = event.target === scrubber;
  const isField = isTyping(event) && !isRange && event.target.type !== "checkbox";
  if (isField || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
  if (isRange && /^(Arrow|Home|End|Page)/.test(event.key)) return;
  if (event.shiftKey && /^Arrow(Left|Right)$/.test(event.key)) {
    event.preventDefault();
    markBy(event.key === "ArrowRight" ? 1 : -1);
    return;
  }
  const action = actions[event.key];
  // A key held down walks on, and acts once.
  if (!action || (event.repeat && !WALKS.has(event.key))) return;
  event.preventDefault();
  action();
});

scrubber.max = lastSecond;
scrubber.addEventListener("input", () => {
  setPlaying(false);
  moveToSecond(Number(scrubber.value));
});
play.addEventListener("click", togglePlaying);
at("previous").addEventListener("click", () => toUnexplained(-1));
at("next").addEventListener("click", () => toUnexplained(1));
at("whole").addEventListener("click", toggleWhole);
at("show-keys").addEventListener("click", showKeys);
on("move", showClock);

async function loadTrace() {
  try {
    const found = await api("GET", `/v1/sessions/${view.terminal}/${view.session}/trace?datum=${surroundings.datum}`);
    trace.bySeq = new Map(found.minutes.map((one) => [one.seq, one]));
    trace.fences = found.fences;
  } catch (refused) {
    tell(refused.message, "wrong");
  }
  emit("trace");
  // Where the car is outside says more than the minute's first second.
  const outside = trace.bySeq.get(minutes[here.at]?.seq);
  const n = outside ? outside.place.indexOf(OUT_COUNTED) : -1;
  if (n >= 0 && here.second === 0) moveTo(here.at, outside.second[n]);
}

tellLeft({ label: at("undo")?.textContent.trim(), act: takeBackNow });
const unexplained = minutes.findIndex(isUnexplained);
moveTo(Math.max(0, unexplained < 0 ? minutes.findIndex((one) => one.verdict !== "accepted") : unexplained));
showClock();
loadTrace();
