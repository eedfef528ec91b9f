// A bulk decision: what it would do is shown first, and only exactly that can be confirmed.
import { api, el, language, tell, text } from "/static/kernel.js";

const dialog = document.getElementById("bulk");
const kind = document.getElementById("bulk-kind");
const cause = document.getElementById("bulk-cause");
const chosen = document.getElementById("bulk-chosen");
const which = document.getElementById("bulk-which");
const words = document.getElementById("bulk-words");
const preview = document.getElementById("bulk-preview");
const decide = document.getElementById("bulk-decide");
let sessions = [];
let shown = null;

/** Open the dialog for these sessions: [{terminal, session}]. */
export function openBulk(named) {
  sessions = named;
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
  for (const option of cause.options) option.hidden = !option.dataset.kinds.split(" ").includes(kind.value);
  if (cause.selectedOptions[0]?.hidden) cause.value = Array.from(cause.options).find((one) => !one.hidden)?.value ?? "";
}

async function ask() {
  try {
    shown = await api("POST", "/v1/bulk/preview", asked());
  } catch (refused) {
    tell(refused.message, "wrong");
    return;
  }
  const sums = { n: shown.decided, before: shown.before, after: shown.after };
  preview.replaceChildren(
    el("p", {}, text("queue.script.sum", sums)),
    shown.left_out ? el("p", { class: "wrong" }, text("queue.script.left_out", { n: shown.left_out })) : "",
    el("ul", {}, shown.items.map((one) => el("li", {},
      `${one.terminal}/${one.session}: ${one.why ? one.why[language] : `${one.before} → ${one.after}`}`))),
  );
  decide.textContent = text("queue.script.confirm", { n: shown.decided });
  decide.disabled = shown.decided === 0;
}

async function confirm() {
  try {
    const done = await api("POST", "/v1/bulk/decide", { ...asked(), digest: shown.digest });
    tell(text("queue.script.done", { n: done.decided }));
    location.reload();
  } catch (refused) {
    tell(refused.message, "wrong");
    forget();
  }
}

document.getElementById("bulk-ask")?.addEventListener("click", ask);
decide?.addEventListener("click", confirm);
kind?.addEventListener("change", forget);
for (const field of [cause, chosen]) field?.addEventListener("change", forget);
words?.addEventListener("input", () => { if (shown) forget(); });
