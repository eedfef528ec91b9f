// A bulk decision: what it would do is shown first, and only exactly that can be confirmed.
import { api, el, tell, text } from "/static/kernel.js";

const dialog = document.getElementById("bulk");
const kind = document.getElementById("bulk-kind");
const cause = document.getElementById("bulk-cause");
const words = document.getElementById("bulk-words");
const preview = document.getElementById("bulk-preview");
const decide = document.getElementById("bulk-decide");
let sessions = [];
let shown = null;

/** Open the dialog for these sessions: [{terminal, session}]. */
export function openBulk(chosen) {
  sessions = chosen;
  forget();
  dialog.showModal();
}

function forget() {
  shown = null;
  preview.replaceChildren();
  decide.disabled = true;
  for (const option of cause.options) option.hidden = !option.dataset.kinds.split(" ").includes(kind.value);
  if (cause.selectedOptions[0]?.hidden) cause.value = Array.from(cause.options).find((one) => !one.hidden)?.value ?? "";
}

async function ask() {
  try {
    shown = await api("POST", "/v1/bulk/preview", { kind: kind.value, cause: cause.value, sessions });
  } catch (refused) {
    tell(refused.message, "wrong");
    return;
  }
  const sums = { n: shown.items.length, before: shown.before, after: shown.after };
  preview.replaceChildren(
    el("p", {}, text("queue.script.sum", sums)),
    shown.left_out ? el("p", { class: "wrong" }, text("queue.script.left_out", { n: shown.left_out })) : "",
    el("ul", {}, shown.items.map((one) => el("li", {}, `${one.terminal}/${one.session}: ${one.before} → ${one.after}`))),
  );
  decide.textContent = text("queue.script.confirm", { n: shown.items.length });
  decide.disabled = shown.items.length === 0;
}

async function confirm() {
  try {
    const done = await api("POST", "/v1/bulk/decide", {
      kind: kind.value, cause: cause.value, words: words.value, sessions, digest: shown.digest,
    });
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
cause?.addEventListener("change", () => { shown = null; decide.disabled = true; preview.replaceChildren(); });
