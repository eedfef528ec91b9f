// Deciding: one key opens a small dialog that remembers the last cause; one more decides and moves on.
import { api, el, language, tell, tellNext, text } from "/static/kernel.js";
import { labelOf, lastDecision, meant, pick, takeBack, takeOffer } from "/static/undo.js";
import { forget, hold, letGo, path, release, settled, why } from "./lease.js";
import { chosen, here, mark, minutes, stretches, surroundings, view } from "./state.js";

const at = (id) => document.getElementById(id);
const dialog = at("decide");
const words = at("decide-words");
const OF_MINUTES = new Set(["refuse", "restore"]);
const READ_MS = 1500;
/** What a minute is not decided to again. */
const ALREADY = { refuse: "refused", restore: "accepted" };
const DIGITS = "1234567890-=";
let kind = null;
let some = [];
let isBusy = false;
let isLeaving = false;

/** Kept in this tab: the last cause of each kind, the last kind, and what was written here and refused. */
const kept = (name) => JSON.parse(sessionStorage.getItem(`hf.decide.${name}`) ?? "null");
const keep = (name, value) => sessionStorage.setItem(`hf.decide.${name}`, JSON.stringify(value));
const draftHere = () => {
  const draft = kept("draft");
  return draft?.path === path && draft.kind === kind ? draft : null;
};
const causesOf = (name) => surroundings.causes.filter((one) => one.kinds.includes(name));
const causeHere = () => dialog.querySelector("input[name=cause]:checked")?.value ?? "";

export const may = (name) => surroundings.may.includes(name);

/** Open the dialog for a kind of decision; the minutes are those marked, or of the stretch under the cursor
    those that are not so already. The cause is the person's to choose: none is, but his own last one. Words are
    of one session, and only what was refused here stands here again. */
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
  const draft = draftHere();
  const causes = causesOf(name);
  const picked = [draft?.cause, kept(name)].find((cause) => causes.some((one) => one.name === cause));
  at("decide-causes").replaceChildren(...causes.map((one, n) => el("label", { class: "cause" },
    el("input", { type: "radio", name: "cause", value: one.name, checked: one.name === picked }),
    DIGITS[n] ? el("kbd", {}, DIGITS[n]) : "", ` ${one.text[language]}`)));
  words.value = draft?.words ?? "";
  at("decide-told").textContent = "";
  dialog.showModal();
  (dialog.querySelector("input[name=cause]:checked") ?? dialog.querySelector("input[name=cause]")).focus();
  if (kind !== "reverse") hold((sentence) => { at("decide-told").textContent = sentence; });
  return undefined;
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
    await settled();
    if (kind === "reverse") {
      await api("POST", `${path}/reversal`, { cause, words: body.words });
      dialog.close();
      return leave(false, text("session.decide.proposed"));
    }
    const told = await api("POST", `${path}/decisions`, body);
    keep(kind, cause);
    keep("last", kind);
    keep("draft", null);
    forget();
    dialog.close();
    return leave(movesOn, text("session.decide.done", told), told);
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
    if (dialog.open && causeHere()) keep("draft", { path, kind, cause: causeHere(), words: words.value.trim() });
    if (refused.code === "changed_meanwhile") {
      tell(text("session.decide.changed"), "wrong");
      forget();
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

/** Load the next session, or this one anew; the page that comes says what was done, and offers to undo exactly
    that. An answer that is kept apart (decision 0) cannot be undone. */
async function leave(movesOn, sentence, told = null) {
  tellNext(sentence, told?.decision ? { terminal: told.terminal, session: told.session, decision: told.decision } : null);
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
  // A session left behind was given back with that.
  if (leavesThis) forget();
  if (found.session) go(`/sessions/${found.session.terminal}/${found.session.session}`);
  else nothingMore();
}

function nothingMore() {
  tell(text("session.decide.nothing_waits"));
  go("/", READ_MS);
}

export const nextSession = () => act(async () => {
  await settled();
  await goOn(true);
});

export const takeBackNow = (what) => act(async () => {
  const told = await takeBack(what);
  if (what.bulk) {
    tellNext(text("kernel.script.undone_all", { n: told.decided }));
    return go();
  }
  if (surroundings.holds && (told.terminal !== view.terminal || told.session !== view.session)) {
    // The work goes back to the session before, and so does the lease.
    await release();
    await api("POST", `/v1/sessions/${told.terminal}/${told.session}/lease`).catch(() => {});
  }
  tellNext(text("session.decide.undone", told));
  return go(`/sessions/${told.terminal}/${told.session}`);
});

/** The last decision on this session, where it is one's own and stands. */
function ownHere() {
  const taken = new Set(["undo", "reverse"]);
  const found = view.history.decisions.findLast((one) =>
    one.account === surroundings.account && one.undone_by === null && !taken.has(one.kind));
  return found && { terminal: view.terminal, session: view.session, decision: found.id, kind: found.kind, bulk: found.bulk };
}

/** Take back what is offered; else this session's decision or the last one of all: where those are two, or were
    made on many sessions at once, the person says which. */
export async function undo() {
  if (isBusy || takeOffer()) return;
  if (!surroundings.may.length) return void tell(text("session.decide.may_not"), "wrong");
  try {
    const own = ownHere();
    const last = await lastDecision();
    const choices = own ? meant(own, `${text(`session.kind.${own.kind}`)} · ${text("kernel.script.undo_here")}`) : [];
    if (last && last.decision !== own?.decision) choices.push(...meant(last, labelOf(last), last.sessions));
    if (!choices.length) return void tell(text("kernel.script.undo_nothing"), "wrong");
    const what = choices.length > 1 ? await pick(choices) : choices[0].what;
    if (what) await takeBackNow(what);
  } catch (refused) {
    tell(refused.message, "wrong");
  }
}

export const repeat = () => act(async () => {
  if (!surroundings.may.length) return tell(text("session.decide.may_not"), "wrong");
  const last = kept("last");
  // Which minutes it would be about is to be seen first.
  if (OF_MINUTES.has(last)) return openDecision(last);
  const told = await api("POST", `${path}/repeat`, { seen: view.seen });
  forget();
  return leave(true, text("session.decide.done", told), told);
});

// Come back to as it was left, the page is nobody's to leave any more.
window.addEventListener("pageshow", () => { isLeaving = isBusy = false; });
at("decide-form").addEventListener("submit", (event) => {
  event.preventDefault();
  decide(true);
});
at("decide-stay").addEventListener("click", () => decide(false));
at("decide-cancel").addEventListener("click", () => dialog.close());
// Decided or not: once it is decided there is nothing to let go.
dialog.addEventListener("close", letGo);
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
