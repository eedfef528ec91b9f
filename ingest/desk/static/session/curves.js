// Satellite speed, wheel speed and engine over the whole session on one canvas, with the cursor's line.
import { text } from "/static/kernel.js";
import { beside } from "./beside.js";
import { minutes, moveToSecond, on, secondHere, surroundings, trace } from "./state.js";

const canvas = document.getElementById("curves");
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const KMH_PER_M_MIN = 0.06;
let picture = null;

function readings() {
  const satellite = [];
  const wheel = [];
  const rpm = [];
  minutes.forEach((one, n) => {
    const found = trace.bySeq.get(one.seq);
    if (!found) return;
    found.second.forEach((second, k) => {
      const speed = found.speed_kmh10[k];
      if (speed !== null) satellite.push([n * 60 + second, speed / 10]);
    });
    wheel.push([n * 60, n * 60 + 60, found.wheel_m * KMH_PER_M_MIN]);
    rpm.push([n * 60, n * 60 + 60, found.rpm_max]);
  });
  return { satellite, wheel, rpm };
}

/** The satellite speed of the session beside, laid over this one's time. */
function readingsBeside() {
  if (!beside.view) return [];
  const places = new Map(minutes.map((one, n) => [one.minute, n]));
  const found = [];
  for (const one of beside.byMinute.values()) {
    one.second.forEach((second, k) => {
      const utcS = one.minute * 60 + second - beside.ahead_s;
      const n = places.get(Math.floor(utcS / 60));
      if (n !== undefined && one.speed_kmh10[k] !== null) found.push([n * 60 + (utcS % 60), one.speed_kmh10[k] / 10]);
    });
  }
  return found;
}

const niceMost = (most) => [10, 20, 30, 40, 60, 80, 100, 120, 160, 200, 300, 500].find((n) => n >= most) ?? most;

function drawn() {
  const wide = canvas.clientWidth;
  const high = canvas.clientHeight;
  const scale = window.devicePixelRatio || 1;
  const made = document.createElement("canvas");
  made.width = Math.max(1, Math.round(wide * scale));
  made.height = Math.max(1, Math.round(high * scale));
  const pen = made.getContext("2d");
  pen.scale(scale, scale);
  pen.font = "11px system-ui, sans-serif";
  const { satellite, wheel, rpm } = readings();
  const other = readingsBeside();
  const kmh = niceMost(Math.max(10, ...satellite.map((p) => p[1]), ...other.map((p) => p[1]), ...wheel.map((p) => p[2])));
  const turns = Math.max(1000, ...rpm.map((p) => p[2]));
  const total = Math.max(1, minutes.length * 60);
  const x = (second) => (second / total) * wide;
  const top = 18;
  const y = (share) => high - 3 - share * (high - top - 3);
  pen.strokeStyle = colour("--line");
  for (const share of [0, 0.5, 1]) line(pen, [[0, y(share)], [wide, y(share)]]);
  pen.strokeStyle = colour("--none");
  pen.setLineDash([2, 3]);
  steps(pen, rpm, x, (value) => y(value / turns));
  pen.setLineDash([7, 4]);
  pen.strokeStyle = colour("--decided");
  pen.lineWidth = 2;
  steps(pen, wheel, x, (value) => y(value / kmh));
  pen.setLineDash([]);
  pen.strokeStyle = colour("--accent");
  pen.lineWidth = 1.2;
  curve(pen, satellite, x, (value) => y(value / kmh));
  pen.strokeStyle = colour("--unsure");
  pen.setLineDash([3, 2]);
  curve(pen, other, x, (value) => y(value / kmh));
  legend(pen, wide, kmh, turns);
  zone(pen, wide);
  return made;
}

function line(pen, points) {
  pen.beginPath();
  points.forEach(([px, py], n) => (n ? pen.lineTo(px, py) : pen.moveTo(px, py)));
  pen.stroke();
}

function steps(pen, rows, x, y) {
  pen.beginPath();
  rows.forEach(([from, to, value], n) => {
    if (n && rows[n - 1][1] === from) pen.lineTo(x(from), y(value));
    else pen.moveTo(x(from), y(value));
    pen.lineTo(x(to), y(value));
  });
  pen.stroke();
}

function curve(pen, rows, x, y) {
  pen.beginPath();
  rows.forEach(([second, value], n) => {
    // No line over a hole: nobody measured there.
    if (n && second - rows[n - 1][0] <= 10) pen.lineTo(x(second), y(value));
    else pen.moveTo(x(second), y(value));
  });
  pen.stroke();
}

/** The zone of the axis, where the legend has left room. */
function zone(pen, wide) {
  const words = surroundings.zone;
  pen.font = "600 11px system-ui, sans-serif";
  const length = pen.measureText(words).width;
  pen.fillStyle = colour("--paper");
  pen.fillRect(wide - length - 8, 0, length + 8, 15);
  pen.fillStyle = colour("--soft");
  pen.fillText(words, wide - length, 12);
}

function legend(pen, wide, kmh, turns) {
  const parts = [
    [`${text("session.curve.satellite")} (0–${kmh} ${text("session.curve.kmh")})`, "--accent", []],
    [text("session.curve.wheel"), "--decided", [7, 4]],
    ...(beside.view ? [[text("around.beside.legend"), "--unsure", [3, 2]]] : []),
    [`${text("session.curve.rpm")} (0–${turns})`, "--none", [2, 3]],
  ];
  let at = 4;
  for (const [words, name, dash] of parts) {
    const length = pen.measureText(words).width + 34;
    if (at + length > wide - 70) break;
    pen.strokeStyle = colour(name);
    pen.lineWidth = 2;
    pen.setLineDash(dash);
    line(pen, [[at, 8], [at + 20, 8]]);
    pen.setLineDash([]);
    pen.fillStyle = colour("--ink");
    pen.fillText(words, at + 24, 12);
    at += length + 8;
  }
}

function show() {
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  if (!wide) return;
  if (canvas.width !== Math.round(wide * scale)) picture = null;
  picture ??= drawn();
  canvas.width = Math.round(wide * scale);
  canvas.height = Math.round(high * scale);
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  pen.scale(scale, scale);
  pen.fillStyle = colour("--ink");
  pen.fillRect((secondHere() / Math.max(1, minutes.length * 60)) * wide - 1, 0, 2, high);
}

function again() {
  picture = null;
  show();
}

canvas.addEventListener("pointerdown", (event) => {
  const seek = (at) => moveToSecond((at.offsetX / canvas.clientWidth) * minutes.length * 60);
  seek(event);
  canvas.setPointerCapture(event.pointerId);
  canvas.onpointermove = seek;
  canvas.onpointerup = canvas.onpointercancel = () => { canvas.onpointermove = null; };
});
on("move", show);
on("trace", again);
on("beside", again);
new ResizeObserver(again).observe(canvas);
