// What every page's scripts need: texts, the API, elements without innerHTML, and telling people.

const known = JSON.parse(document.getElementById("texts").textContent);
export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** The text of a key with {name} put in, and of {name?session:sessions} the word that fits the number. */
export function text(key, values = {}) {
  const found = known[key];
  if (found === undefined) throw new Error(`no text ${key}`);
  const counted = found.replace(/\{(\w+)\?([^:{}]*):([^{}]*)\}/g, (_, name, one, more) => (String(values[name]) === "1" ? one : more));
  return counted.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// What one account left in this tab is nobody else's to find.
const whose = document.querySelector("meta[name=account]")?.content;

function forgetTab() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("hf.")) sessionStorage.removeItem(key);
}

if (whose && sessionStorage.getItem("hf.account") !== whose) {
  forgetTab();
  sessionStorage.setItem("hf.account", whose);
}
document.querySelector("form[action='/log-out']")?.addEventListener("submit", forgetTab);

/** The JSON in <script type="application/json" id="...">. */
export function data(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** An error answer of the API: status, code, the sentence in the page's language, details. */
export class Refused extends Error {
  constructor(status, error) {
    super(error.message[language]);
    this.status = status;
    this.code = error.code;
    this.details = error.details;
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Keys of writes whose answer never came: said again, the same is done once.
const unanswered = new Map();

/** Ask the API; the answer's JSON, or Refused. A write carries an Idempotency-Key, which may be given. */
export async function api(method, path, body = undefined, key = undefined) {
  const headers = { accept: "application/json" };
  const said = body === undefined ? undefined : JSON.stringify(body);
  const write = `${method} ${path} ${said}`;
  if (method !== "GET") {
    headers["x-csrf-token"] = document.querySelector("meta[name=csrf]")?.content ?? "";
    headers["idempotency-key"] = key ?? unanswered.get(write) ?? newKey();
  }
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: said });
  } catch {
    unanswered.set(write, headers["idempotency-key"]);
    throw new Refused(0, { code: "no_answer", message: { [language]: text("kernel.script.failed") }, details: {} });
  }
  const told = answer.status === 204 ? null : await answer.json().catch(() => null);
  const isCutOff = answer.status >= 500 || (told === null && answer.status !== 204);
  if (isCutOff) unanswered.set(write, headers["idempotency-key"]);
  else unanswered.delete(write);
  if (answer.ok && !isCutOff) return told;
  if (answer.status === 401) {
    location.assign(`/log-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  throw new Refused(answer.status, told?.error ?? {
    code: "no_answer", message: { [language]: text("kernel.script.failed") }, details: {},
  });
}

/** Ask the API for something that is done even where the page goes; nobody hears the answer. */
export function farewell(method, path) {
  const headers = { "x-csrf-token": document.querySelector("meta[name=csrf]")?.content ?? "", "idempotency-key": newKey() };
  return fetch(path, { method, headers, keepalive: true }).catch(() => {});
}

/** An element: attributes by name ("class", "data-x", "aria-label"), on: {event: listener}, children. */
export function el(name, attributes = {}, ...children) {
  const svg = ["svg", "g", "path", "rect", "line", "circle", "polyline", "polygon", "text", "title", "desc"];
  const made = svg.includes(name)
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") Object.entries(value).forEach(([event, listener]) => made.addEventListener(event, listener));
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Say something at the foot of the page, read out by a screen reader; kind: "" or "wrong". offered: a button
    that can be pressed while it is shown, {label, act}. */
export function tell(sentence, kind = "", offered = null) {
  const place = document.getElementById("told");
  const button = offered && el("button", { type: "button", on: { click: offered.act } }, offered.label);
  place.replaceChildren(...(button ? [`${sentence} `, button] : [sentence]));
  place.className = `told shown ${kind}`;
  clearTimeout(tell.ends);
  tell.ends = setTimeout(() => {
    place.classList.remove("shown");
    button?.remove();
  }, button ? 12000 : 6000);
}

/** Let the next page that this tab opens say something; undo: what it offers to take back, of undo.js. */
export function tellNext(sentence, undo = null) {
  sessionStorage.setItem("hf.told", JSON.stringify({ sentence, undo }));
}

/** Say what the page before has left to be said; offer: {label, act}, the act is given what was left. */
export function tellLeft(offer) {
  const left = JSON.parse(sessionStorage.getItem("hf.told") ?? "null");
  sessionStorage.removeItem("hf.told");
  if (left) tell(left.sentence, "", left.undo && offer.label ? { label: offer.label, act: () => offer.act(left.undo) } : null);
}

/** An instant (ISO text) in a ground's zone, always with the zone: 2026-11-22 14:05 UTC+08:00. */
export function local(iso, offsetMin) {
  if (!iso) return "–";
  const shown = new Date(Date.parse(iso) + offsetMin * 60000).toISOString();
  return `${shown.slice(0, 10)} ${shown.slice(11, 16)} ${zone(offsetMin)}`;
}

/** UTC+08:00 */
export function zone(offsetMin) {
  const two = (n) => String(n).padStart(2, "0");
  const size = Math.abs(offsetMin);
  return `UTC${offsetMin < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Whether a key press is meant for a field and not for the page. */
export function isTyping(event) {
  const dialog = event.target.closest("dialog");
  // The focus leaves a dialog a moment after it has closed; a quick key by then is the page's.
  if (dialog) return dialog.open;
  return event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}
