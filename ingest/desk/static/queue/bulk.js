// A bulk decision: what it would do is shown first, and only exactly that can be confirmed.
import { api, el, language, tell, tellNext, text } from "/static/kernel.js";

const dialog = document.getElementById("bulk");
const kind = document.getElementById("bulk-kind");
const cause = document.getElementById("bulk-cause");
const chosen = document.getElementById("bulk-chosen");
const which = document.getElementById("bulk-which");
const words = document.getElementById("bulk-words");
const preview = document.getElementById("bulk-preview");
const decide = document.getElementById("bulk-decide");
let sessions = [];
let told = new Map();
let shown = null;

/** Open the dialog for these sessions: [{terminal, session, began, whose}], as the queue's rows tell them. */
export function openBulk(rows) {
  told = new Map(rows.map((one) => [`${one.terminal}/${one.session}`, `${one.began} · ${one.whose}`]));
  sessions = rows.map((one) => ({ terminal: one.terminal, session: Number(one.session) }));
  forget();
  dialog.showModal();
}

const choosesMinutes = () => kind.value === "refuse" || kind.value === "restore";

function asked() {
  const minutes = choosesMinutes() ? { chosen: chosen.value } : {};
  return { kind: kind.value, cause: cause.value, words: words.value, sessions, ...minutes };
}

function forget() {
  which.hidden = !choosesMinutes();
  shown = null;
  preview.replaceChildren();
  decide.disabled = true;
  // The cause is the person's to choose.
  for (const option of cause.options) option.hidden = !(option.dataset.kinds ?? kind.value).split(" ").includes(kind.value);
  if (cause.selectedOptions[0]?.hidden) cause.value = "";
}

function line(one) {
  const key = `${one.terminal}/${one.session}`;
  return el("li", {}, `${one.why ? one.why[language] : text("queue.script.item", one)} `,
    el("span", { class: "aside" }, `${told.get(key)} · `, el("span", { class: "code" }, key)));
}

async function ask() {
  if (!cause.value) {
    preview.replaceChildren(el("p", { class: "wrong" }, text("queue.script.cause_needed")));
    cause.focus();
    return;
  }
  try {
    shown = await api("POST", "/v1/bulk/preview", asked());
  } catch (refused) {
    preview.replaceChildren(el("p", { class: "wrong" }, refused.message));
    return;
  }
  const sums = { n: shown.decided, before: shown.before, after: shown.after };
  preview.replaceChildren(
    el("p", {}, text("queue.script.sum", sums)),
    shown.left_out ? el("p", { class: "wrong" }, text("queue.script.left_out", { n: shown.left_out })) : "",
    el("ul", {}, shown.items.map(line)),
  );
  decide.textContent = text("queue.script.confirm", { n: shown.decided });
  decide.disabled = shown.decided === 0;
  if (shown.decided) decide.focus();
}

async function confirm() {
  decide.disabled = true;
  try {
    const done = await api("POST", "/v1/bulk/decide", { ...asked(), digest: shown.digest });
    tellNext(text("queue.script.done", { n: done.decided }), { bulk: done.bulk });
    location.reload();
  } catch (refused) {
    forget();
    preview.replaceChildren(el("p", { class: "wrong" }, refused.message));
  }
}

document.getElementById("bulk-ask")?.addEventListener("click", ask);
decide?.addEventListener("click", confirm);
kind?.addEventListener("change", forget);
for (const field of [cause, chosen]) field?.addEventListener("change", forget);
words?.addEventListener("input", () => { if (shown) forget(); });
// Enter in the field would press the form's only submit button, which cancels.
words?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  ask();
});
