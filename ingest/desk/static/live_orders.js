// Orders: the buttons of the chosen car, the question before an order, and the table of how far they are.

import { Refused, api, data, el, local, tell, text } from "/static/kernel.js";
import { plateOf } from "/static/live_words.js";

const KINDS = ["face_check", "ban", "unban", "resend", "status", "settings", "grounds", "update", "enroll", "forget"];
const CHIPS = { waiting: "unsure", sent: "decided", received: "decided", done: "accepted", refused: "refused", expired: "refused" };
const SHOWN = 50;

export const nameOf = (kind) =>
  KINDS.includes(kind) ? text(`live.script.order_${kind}`) : text("live.script.order_other", { kind });

/** Buttons that order something of a car. */
export function buttons(car, given) {
  const kinds = ["face_check", car.ban ? "unban" : "ban", "status", "resend"];
  return kinds.map((kind) =>
    el("button", { type: "button", class: kind === "ban" ? "grave" : "quiet", on: { click: () => ask(car, kind, given) } },
      nameOf(kind)));
}

async function ask(car, kind, given) {
  const answer = ["face_check", "status"].includes(kind) ? {} : await question(car, kind);
  if (answer === null) return;
  try {
    const order = await api("POST", "/v1/orders", { terminal: car.terminal, kind, ...answer });
    given(order);
    tell(text("live.script.given", { number: order.number, plate: plateOf(car) }));
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    tell(fault.message, "wrong");
  }
}

/** What the dialog was answered: fields by name, null for no. */
function question(car, kind) {
  const dialog = document.getElementById("order");
  dialog.querySelector("#order-title").textContent = nameOf(kind);
  dialog.querySelector("#order-sentence").textContent = text(`live.script.sure_${kind}`, { plate: plateOf(car) });
  const fields = kind === "resend" ? ["first", "last"].map(number) : why(kind);
  dialog.querySelector("#order-fields").replaceChildren(...fields);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "give") return done(null);
      const told = new FormData(dialog.querySelector("form"));
      return done(Object.fromEntries([...told].map(([name, value]) =>
        [name, kind === "resend" ? Number(value) : value])));
    }, { once: true });
  });
}

/** Fields for the cause, which is chosen and never preset, and a few words. */
function why(kind) {
  const causes = data("live").causes[kind].map(([code, words]) => el("option", { value: code }, words));
  return [
    el("label", {}, text("live.script.cause"),
      el("select", { name: "cause", required: true }, el("option", { value: "" }, text("live.script.choose")), ...causes)),
    el("label", {}, text("live.script.words"), el("input", { name: "words", maxlength: 80, size: 40, autocomplete: "off" })),
  ];
}

/** The steps an order has come through, each with its time. */
function steps(order, offset) {
  return ["sent", "received", "done"].filter((step) => order[`${step}_at`]).map((step) =>
    el("div", { class: "aside" }, `${text(`live.script.step_${step}`)} ${local(order[`${step}_at`], offset)}`));
}

function number(name) {
  return el("label", {}, text(`live.script.${name}`),
    el("input", { type: "number", name, min: 1, max: 4294967295, required: true, inputmode: "numeric" }));
}

export class OrderTable {
  constructor(place, none, offset) {
    this.place = place;
    this.none = none;
    this.offset = offset;
    this.rows = new Map();
  }

  /** Orders by what changed; plates: terminal -> words. */
  put(orders, plates) {
    for (const order of [...orders].sort((a, b) => a.given_at.localeCompare(b.given_at) || a.number - b.number)) {
      const key = `${order.terminal}/${order.number}`;
      const held = this.rows.get(key);
      const row = this.row(order, plates);
      if (held) held.replaceWith(row); else this.place.prepend(row);
      this.rows.set(key, row);
    }
    while (this.place.rows.length > SHOWN) this.drop(this.place.rows[this.place.rows.length - 1]);
    this.none.hidden = this.place.rows.length > 0;
  }

  drop(row) {
    for (const [key, held] of this.rows) if (held === row) this.rows.delete(key);
    row.remove();
  }

  row(order, plates) {
    const outcome = order.outcome === null ? "" : text(`live.script.outcome_${order.outcome}`);
    const said = text(`live.script.state_${order.state}`, { outcome });
    const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    const cause = order.cause_text ? [order.cause_text[language], order.words].filter(Boolean).join(" ") : "";
    return el("tr", {},
      el("td", {}, local(order.given_at, this.offset)),
      el("td", {}, plates(order.terminal)),
      el("td", {}, nameOf(order.kind), cause ? el("div", { class: "aside" }, cause) : ""),
      el("td", {}, el("span", { class: `chip ${CHIPS[order.state]}` }, said), ...steps(order, this.offset)),
      el("td", {}, order.by));
  }
}
