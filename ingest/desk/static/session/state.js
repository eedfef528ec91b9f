// Where in the session one is, which minutes are marked; parts of the page listen to changes.
import { data, language } from "/static/kernel.js";

export const view = data("session");
export const surroundings = data("surroundings");
export const minutes = view.minutes;
export const lastSecond = Math.max(0, minutes.length * 60 - 1);

const DAY_MIN = 1440;
for (const one of minutes) {
  const day = Math.floor((one.minute + view.head.utc_offset_min) / DAY_MIN);
  one.date = new Date(day * 86_400_000).toISOString().slice(0, 10);
}

const listeners = { move: [], mark: [], trace: [], beside: [] };
export const here = { at: 0, second: 0, from: null, to: null };
/** The trace of each minute by seq, once it is loaded. */
export const trace = { bySeq: new Map(), fences: [] };

/** Call `listener` on "move", "mark", "trace" or "beside". */
export function on(what, listener) {
  listeners[what].push(listener);
}

export function emit(what) {
  for (const listener of listeners[what]) listener();
}

/** One of the two languages' texts of a row { en, zh }. */
export const said = (row) => row[language];

/** The trace of the minute under the cursor; undefined where there is none. */
export const traceHere = () => trace.bySeq.get(minutes[here.at]?.seq);

/** Place of the fix of a minute's trace that holds at the cursor's second: the last one by then, else the first. */
export function fixAt(found) {
  let at = 0;
  found.second.forEach((second, n) => { if (second <= here.second) at = n; });
  return at;
}

/** Move to a minute by its place in the session, and a second of it. */
export function moveTo(at, second = 0) {
  if (!minutes.length) return;
  here.at = Math.max(0, Math.min(minutes.length - 1, at));
  here.second = Math.max(0, Math.min(59, second));
  emit("move");
}

/** Move to the n-th second of the session. */
export function moveToSecond(n) {
  const second = Math.max(0, Math.min(lastSecond, Math.round(n)));
  moveTo(Math.floor(second / 60), second % 60);
}

export const secondHere = () => here.at * 60 + here.second;

/** Move to the minute that holds a Unix second, or the nearest before it. */
export function moveToTime(utcS) {
  let found = 0;
  minutes.forEach((one, n) => { if (one.minute * 60 <= utcS) found = n; });
  moveTo(found, minutes[found] && Math.floor(utcS / 60) === minutes[found].minute ? utcS % 60 : 0);
}

/** Mark from one place to another, both included; nothing: unmark. */
export function mark(from = null, to = null) {
  here.from = from === null ? null : Math.min(from, to);
  here.to = from === null ? null : Math.max(from, to);
  emit("mark");
}

/** The minutes that are marked, in order; without marks those around the cursor of one effective verdict. */
export function chosen() {
  if (!minutes.length) return [];
  if (here.from !== null) return minutes.slice(here.from, here.to + 1);
  const same = (n) => minutes[n]?.verdict === minutes[here.at].verdict;
  let first = here.at;
  let last = here.at;
  while (same(first - 1)) first -= 1;
  while (same(last + 1)) last += 1;
  return minutes.slice(first, last + 1);
}

/** Whether a minute is the first of its day within the session, which began on the day before. */
export const isNewDay = (n) => n > 0 && minutes[n].date !== minutes[n - 1].date;

/** "07:30 – 11:30" of a head { started, ended } that is told, with the day where it is not `day`. */
export function span(head, day, openEnd) {
  const at = (moment, known) => (moment.local.slice(0, 10) === known ? moment.local.slice(11, 16) : moment.local.slice(0, 16));
  return `${at(head.started, day)} – ${head.ended ? at(head.ended, head.started.local.slice(0, 10)) : openEnd}`;
}

/** Neither accepted nor decided by anybody. */
export const isUnexplained = (one) => one.verdict !== "accepted" && one.decision === null;

/** "08:25–08:33, 08:40" of minutes in order. */
export function stretches(some) {
  const found = [];
  for (const one of some) {
    const last = found[found.length - 1];
    if (last && one.minute - last.end.minute <= 1) last.end = one;
    else found.push({ begin: one, end: one });
  }
  return found.map(({ begin, end }) => (begin === end ? begin.time : `${begin.time}–${end.time}`)).join(", ");
}
