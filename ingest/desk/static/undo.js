// Taking back: exactly what is offered, or what the person picks where more than one can be meant.
import { api, el, language, text } from "/static/kernel.js";

/** Press the offer to undo at the foot of the page; false where there is none. */
export function takeOffer() {
  const button = document.querySelector("#told button");
  button?.click();
  return button !== null;
}

/** Take back what = { terminal, session, decision }, or { bulk } with all that was decided at once; the answer. */
export function takeBack(what) {
  if (what.bulk) return api("POST", `/v1/bulk/${what.bulk}/undo`);
  return api("POST", `/v1/sessions/${what.terminal}/${what.session}/undo`, { decision: what.decision });
}

/** The account's last decision that stands, on any session; null where there is none. */
export const lastDecision = async () => (await api("GET", "/v1/decisions/last")).last;

/** What can be meant by a decision: itself, and all that was decided with it. label: what it is. */
export function meant(one, label, sessions = 0) {
  const { terminal, session, decision, bulk } = one;
  const found = [{ label, what: { terminal, session, decision } }];
  if (!bulk) return found;
  const all = text(sessions ? "kernel.script.undo_all_n" : "kernel.script.undo_all", { n: sessions });
  return [...found, { label: `${label} – ${all}`, what: { bulk } }];
}

/** "Accept as judged · 2301500000000002/7", of a last decision. */
export const labelOf = (one) => {
  const kind = one.kind[language];
  return `${kind[0].toUpperCase()}${kind.slice(1)} · ${one.terminal}/${one.session}`;
};

/** Ask which one is meant; null where none is. A digit picks, Escape leaves. */
export function pick(choices) {
  return new Promise((found) => {
    const dialog = el("dialog", { "aria-labelledby": "undo-title" });
    const choose = (what) => {
      found(what);
      dialog.close();
    };
    const buttons = choices.map((one, n) => el("p", {}, el("button", { type: "button", class: "quiet wide-text", on: { click: () => choose(one.what) } },
      el("kbd", {}, `${n + 1}`), ` ${one.label}`)));
    dialog.append(el("h2", { id: "undo-title" }, text("kernel.script.undo_which")), ...buttons,
      el("button", { type: "button", class: "quiet", on: { click: () => dialog.close() } }, text("kernel.script.undo_none"), " ", el("kbd", {}, "Esc")));
    dialog.addEventListener("keydown", (event) => {
      const one = choices[Number(event.key) - 1];
      if (one && !event.ctrlKey && !event.metaKey && !event.altKey) choose(one.what);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      found(null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
