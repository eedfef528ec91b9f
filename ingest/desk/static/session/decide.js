// Deciding: one key opens a small dialog that remembers the last cause; one more decides and moves on.
import { api, el, language, local, tell, tellNext, text } from "/static/kernel.js";
import { chosen, here, mark, minutes, stretches, surroundings, view } from "./state.js";

const at = (id) => document.getElementById(id);
const dialog = at("decide");
const words = at("decide-words");
const path = `/v1/sessions/${view.terminal}/${view.session}`;
const OF_MINUTES = new Set(["refuse", "restore"]);
const RENEW_MS = 240_000;
const READ_MS = 1500;
/** What a minute is not decided to again. */
const ALREADY = { refuse: "refused", restore: "accepted" };
const DIGITS = "1234567890-=";
let kind = null;
let some = [];
let isBusy = false;
let asksLease = Promise.resolve();
let isLeaving = false;

const remembered = (name) => JSON.parse(sessionStorage.getItem(`hf.decide.${name}`) ?? "null");
const remember = (name, value) => sessionStorage.setItem(`hf.decide.${name}`, JSON.stringify(value));
const causesOf = (name) => surroundings.causes.filter((one) => one.kinds.includes(name));
const causeHere = () => dialog.querySelector("input[name=cause]:checked")?.value ?? "";

export const may = (name) => surroundings.may.includes(name);

/** Open the dialog for a kind of decision; the minutes are those marked, or of the stretch under the cursor
    those that are not so already. The cause is the person's to choose: none is, but his own last one. */
export function openDecision(name) {
  if (!may(name)) return tell(text("session.decide.may_not"), "wrong");
  kind = name;
  some = OF_MINUTES.has(name) ? chosen() : [];
  if (here.from === null) some = some.filter((one) => one.verdict !== ALREADY[name]);
  if (OF_MINUTES.has(name)) {
    if (!some.length) return tell(text("session.decide.no_minutes"), "wrong");
    mark(minutes.indexOf(some[0]), minutes.indexOf(some[some.length - 1]));
  }
  at("decide-title").textContent = text(`session.kind.${name}`);
  at("decide-minutes").textContent = some.length
    ? text("session.decide.minutes", { n: some.length, list: `${stretches(some)} ${surroundings.zone}` }) : text("session.decide.minutes_all");
  const last = remembered(name);
  const causes = causesOf(name);
  const fits = (cause) => causes.some((one) => one.name === cause);
  const picked = [last?.cause].find(fits) ?? null;
  at("decide-causes").replaceChildren(...causes.map((one, n) => el("label", { class: "cause" },
    el("input", { type: "radio", name: "cause", value: one.name, checked: one.name === picked }),
    DIGITS[n] ? el("kbd", {}, DIGITS[n]) : "", ` ${one.text[language]}`)));
  words.value = picked ? last.words : "";
  at("decide-told").textContent = "";
  dialog.showModal();
  (dialog.querySelector("input[name=cause]:checked") ?? dialog.querySelector("input[name=cause]")).focus();
  asksLease = hold();
  return undefined;
}

/** Keep others out while deciding; who may not hold a lease decides without. */
async function hold() {
  if (!surroundings.holds || kind === "reverse") return;
  try {
    await api("POST", `${path}/lease`);
    hold.renewed ??= setInterval(renew, RENEW_MS);
  } catch (refused) {
    at("decide-told").textContent = why(refused);
  }
}

/** Go on holding; while it cannot be told, somebody who is writing may still be in time. */
async function renew() {
  try {
    await api("POST", `${path}/lease`);
  } catch (refused) {
    if (refused.code === "no_answer") return;
    if (dialog.open) at("decide-told").textContent = why(refused);
    else tell(why(refused), "wrong");
  }
}

/** Why something was refused; of a lease also who holds it and until when. */
function why(refused) {
  const { holder, until_s: until } = refused.details;
  if (!holder || !until) return refused.message;
  const ends = local(new Date(until * 1000).toISOString(), view.head.utc_offset_min);
  return `${refused.message} (${text("session.head.held_by", { name: holder, until: ends })})`;
}

async function decide(movesOn) {
  if (isBusy) return;
  const cause = causeHere();
  if (!cause) {
    at("decide-told").textContent = text("session.decide.cause_needed");
    return;
  }
  if (surroundings.causes.find((one) => one.name === cause)?.needs_words && !words.value.trim()) {
    at("decide-told").textContent = text("session.decide.words_needed");
    words.focus();
    return;
  }
  const body = { kind, cause, words: words.value.trim(), seen: view.seen };
  if (some.length) body.minutes = some.map((one) => one.minute);
  await act(async () => {
    // A lease that came after the decision would keep others off what is done.
    await asksLease;
    if (kind === "reverse") {
      await api("POST", `${path}/reversal`, { cause, words: body.words });
      dialog.close();
      return leave(false, text("session.decide.proposed"), false);
    }
    const told = await api("POST", `${path}/decisions`, body);
    remember(kind, { cause, words: words.value.trim() });
    remember("last", kind);
    dialog.close();
    return leave(movesOn, text("session.decide.done", told));
  });
}

/** One act at a time, and none after one that leaves the page: a key held down acts once. */
async function act(what) {
  if (isBusy) return;
  isBusy = true;
  try {
    await what();
  } catch (refused) {
    // What he has written is there again when the page is, and he opens the dialog.
    if (dialog.open && causeHere()) remember(kind, { cause: causeHere(), words: words.value.trim() });
    if (refused.code === "changed_meanwhile") {
      tell(text("session.decide.changed"), "wrong");
      go("", READ_MS);
    } else if (dialog.open) at("decide-told").textContent = why(refused);
    else tell(why(refused), "wrong");
  } finally {
    isBusy = isLeaving;
  }
}

/** Leave for another page, or load this one anew, after so long. */
function go(path = "", afterMs = 0) {
  isLeaving = true;
  setTimeout(() => (path ? location.assign(path) : location.reload()), afterMs);
}

/** Load the next session, or this one anew; the page that comes says what was done, and offers to undo it. */
async function leave(movesOn, sentence, canUndo = true) {
  tellNext(sentence, canUndo);
  if (!movesOn || !surroundings.holds) {
    go();
    return;
  }
  try {
    await goOn();
  } catch (refused) {
    // It is decided all the same.
    tell(`${sentence} ${refused.message}`, "wrong");
  }
}

/** Take the next session of the queue, under the filters that the queue was left with. */
async function goOn(leavesThis = false) {
  const after = leavesThis ? `?after=${encodeURIComponent(surroundings.cursor)}` : "";
  const asked = JSON.parse(sessionStorage.getItem("hf.queue.asked") ?? "{}");
  const found = await api("POST", `/v1/queue/next${after}`, asked);
  if (found.session) go(`/sessions/${found.session.terminal}/${found.session.session}`);
  else nothingMore();
}

function nothingMore() {
  tell(text("session.decide.nothing_waits"));
  go("/", READ_MS);
}

export const nextSession = () => act(async () => {
  if (hold.renewed) await api("DELETE", `${path}/lease`).catch(() => {});
  await goOn(true);
});

export const undo = () => act(async () => {
  if (!surroundings.may.length) return tell(text("session.decide.may_not"), "wrong");
  const taken = new Set(["undo", "reverse"]);
  const isHere = view.history.decisions.some((one) =>
    one.account === surroundings.account && one.undone_by === null && !taken.has(one.kind));
  // After moving on, the last decision lies on the session before.
  const told = await api("POST", isHere ? `${path}/undo` : "/v1/decisions/undo");
  if (surroundings.holds && !isHere) {
    // The work goes back to the session before, and so does the lease.
    await api("DELETE", `${path}/lease`).catch(() => {});
    await api("POST", `/v1/sessions/${told.terminal}/${told.session}/lease`).catch(() => {});
  }
  tellNext(text("session.decide.undone", told));
  return go(`/sessions/${told.terminal}/${told.session}`);
});

export const repeat = () => act(async () => {
  if (!surroundings.may.length) return tell(text("session.decide.may_not"), "wrong");
  const last = remembered("last");
  // Which minutes it would be about is to be seen first.
  if (OF_MINUTES.has(last)) return openDecision(last);
  const told = await api("POST", `${path}/repeat`, { seen: view.seen });
  return leave(true, text("session.decide.done", told));
});

// Come back to as it was left, the page is nobody's to leave any more.
window.addEventListener("pageshow", () => { isLeaving = isBusy = false; });
at("decide-form").addEventListener("submit", (event) => {
  event.preventDefault();
  decide(true);
});
at("decide-stay").addEventListener("click", () => decide(false));
at("decide-cancel").addEventListener("click", () => dialog.close());
dialog.addEventListener("keydown", (event) => {
  if (event.target === words || event.ctrlKey || event.metaKey || event.altKey) return;
  const picked = dialog.querySelectorAll("input[name=cause]")[DIGITS.indexOf(event.key)];
  if (!picked) return;
  event.preventDefault();
  picked.checked = true;
  picked.focus();
});
for (const button of document.querySelectorAll("[data-kind]")) {
  button.addEventListener("click", () => openDecision(button.dataset.kind));
}
at("undo")?.addEventListener("click", undo);
at("repeat")?.addEventListener("click", repeat);
at("next-session")?.addEventListener("click", nextSession);
