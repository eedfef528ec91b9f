// The panel "why": for the minute under the cursor what the machine said, what was decided, every reason.
import { el, text } from "/static/kernel.js";
import { besideButton } from "./beside.js";
import { fixAt, here, minutes, on, said, surroundings, traceHere, view } from "./state.js";

const place = document.getElementById("why-body");
const title = document.getElementById("why-title");
const PLACES = { 0: "in", 1: "doubt", 2: "out", 3: "out_counted", 4: "reckoned", [-1]: "none" };
const readings = el("dl", { class: "readings" });
let drawnFor = -1;

const chip = (verdict, words) => el("span", { class: `chip ${verdict}` },
  `${text(`session.verdict.${verdict}_letter`)} `, words);

function verdicts(one) {
  const shown = [chip(one.machine, text("session.why.machine", { verdict: text(`session.verdict.${one.machine}`) }))];
  if (one.decision !== null) {
    shown.push(chip(one.verdict, text("session.why.decided", { verdict: text(`session.verdict.${one.verdict}`) })));
  }
  return el("p", { class: "row" }, shown);
}

function decisionOf(one) {
  const found = view.history.decisions.find((each) => each.id === one.decision);
  if (!found) return null;
  return el("p", { class: "decided-by" }, text("session.why.decided_by", {
    name: found.name, layer: text(`session.layer.${found.layer}`), at: `${found.at.local.slice(0, 16)} ${surroundings.zone}`,
    cause: said(found), words: found.words ? `“${found.words}”` : "",
  }));
}

function reason(why) {
  const row = view.reasons[why.name];
  const limits = row.limits.map((one) => el("li", {}, el("span", { class: "code" }, `${one.name} = ${one.value} ${one.unit}`), ` ${said(one)}`));
  return el("li", { class: `reason effect-${row.effect}` },
    el("p", {}, said(why)),
    why.other ? el("p", { class: "small" }, el("a", { href: `/sessions/${why.other.terminal}/${why.other.session}` },
      text("session.more.other"), ` ${why.other.terminal}/${why.other.session}`), " ", besideButton(why.other, lateOf(why))) : null,
    el("p", { class: "aside small" }, el("span", { class: "code" }, `${row.number} ${why.name}`), ` · ${text(`session.effect.${row.effect}`)}`),
    limits.length ? el("details", { class: "small" }, el("summary", {}, text("session.why.limits")), el("ul", {}, limits)) : null);
}

/** By how much a suspicion says that this session is later than the other of a reason; null: it does not. */
function lateOf(why) {
  const same = (one) => one?.terminal === why.other.terminal && one.session === why.other.session;
  const found = view.suspicions.find((one) => same(one.other) && !one.of_other && one.numbers.shift_s !== undefined);
  return found ? Math.round(found.numbers.shift_s) : null;
}

function terminalsOwn(one) {
  const stops = one.stops.map((name) => text(`session.stop.${name}`));
  return [el("dt", {}, text("session.why.terminal")), el("dd", {},
    [text("session.why.terminal_value", { s: one.counted_s }), ...stops].join(", "))];
}

function showReadings() {
  const one = minutes[here.at];
  const found = traceHere();
  const rows = [];
  const add = (key, value) => rows.push(el("dt", {}, text(`session.why.${key}`)), el("dd", {}, value));
  if (found) {
    const at = found.second.length ? fixAt(found) : -1;
    const time = `${one.time}:${String(at < 0 ? here.second : found.second[at]).padStart(2, "0")}`;
    rows.push(el("dt", { class: "heading" }, text("session.why.now", { time })),
      el("dd", { class: "heading" }, at < 0 ? text("session.why.no_fix") : text(`session.place.${PLACES[found.place[at]]}`)));
    if (at >= 0) {
      const speed = found.speed_kmh10[at];
      add("satellite", speed === null ? "–" : `${(speed / 10).toFixed(1)} ${text("session.curve.kmh")}`);
      add("receiver", text("session.why.receiver_value", {
        satellites: found.satellites[at], hdop: (found.hdop10[at] / 10).toFixed(1), m: (found.margin_dm[at] / 10).toFixed(1),
      }));
      add("position", `${(found.lat_e7[at] / 1e7).toFixed(7)}, ${(found.lon_e7[at] / 1e7).toFixed(7)}`);
    }
    add("wheel", `${found.wheel_m} m (${(found.wheel_m * 0.06).toFixed(1)} ${text("session.curve.kmh")})`);
    add("engine", text("session.why.engine_value", { rpm: found.rpm_max, s: found.ignition_s }));
  }
  rows.push(...terminalsOwn(one));
  if (found?.thinned) rows.push(el("dd", { class: "wide" }, text("session.why.thinned")));
  readings.replaceChildren(...rows);
}

function show() {
  const one = minutes[here.at];
  if (!one) {
    place.textContent = said(view.summary);
    return;
  }
  if (drawnFor !== here.at) {
    drawnFor = here.at;
    title.replaceChildren(text("session.why.minute", { time: `${one.time} ${surroundings.zone}` }),
      el("span", { class: "aside small" }, ` ${text("session.why.record", { seq: one.seq })}`));
    const reasons = one.why.length
      ? el("ul", { class: "reasons" }, one.why.map(reason))
      : el("p", {}, text("session.why.nothing"));
    place.replaceChildren(...[verdicts(one), decisionOf(one), reasons, readings].filter(Boolean));
  }
  showReadings();
}

on("move", show);
on("trace", show);
show();
