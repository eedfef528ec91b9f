// Flags, suspicions, what happened, the chain of records, and what people decided.
import { api, el, tell, text } from "/static/kernel.js";
import { besideButton } from "./beside.js";
import { takeBackNow } from "./decide.js";
import { moveToTime, said, surroundings, view } from "./state.js";

const at = (id) => document.getElementById(id);
const moment = (at_) => `${at_.local.slice(0, 16)} ${surroundings.zone}`;
const when = (one) => (one.from === one.to ? one.from : text("session.more.stretch", { from: one.from, to: one.to }));
const aside = (words) => el("p", { class: "aside small" }, words);

/** The other session, and a button that puts it beside this one, so many seconds earlier (null: not known). */
function other(one, lateS = null) {
  if (!one) return null;
  const link = el("a", { href: `/sessions/${one.terminal}/${one.session}` },
    `${text("session.more.other")} `, el("span", { class: "code" }, `${one.terminal}/${one.session}`));
  return [link, " ", besideButton(one, lateS)];
}

/** Of two traces alike the later one is suspected: by how much this session is later than the other. */
function lateOf(one) {
  const { shift_s: shift } = one.numbers;
  return shift === undefined ? null : Math.round(one.of_other ? -shift : shift);
}

function found() {
  const flags = view.flags.map((one) => el("li", {}, el("strong", {}, said(one)), " ",
    one.from ? el("span", { class: "aside small" }, text("session.more.flag_when", { records: one.records, when: when(one) })) : null,
    " ", other(one.other)));
  const suspicions = view.suspicions.map((one) => el("li", {}, el("strong", {}, said(one)), " ",
    el("span", { class: "aside small" }, text("session.more.suspicion_score", { n: one.score, when: when(one) }),
      one.of_other ? ` · ${text("session.more.of_other")}` : "", ` · ${said(one.evidence)}`),
    " ", other(one.other, lateOf(one))));
  if (!flags.length && !suspicions.length) return [aside(text("session.more.nothing"))];
  return [
    flags.length ? el("h3", {}, text("session.more.flags")) : null, flags.length ? el("ul", {}, flags) : null,
    suspicions.length ? el("h3", {}, text("session.more.suspicions")) : null,
    suspicions.length ? el("ul", {}, suspicions) : null,
  ].filter(Boolean);
}

function chain() {
  const { chain: one } = view;
  const list = (rows) => rows.map((row) => (row.first === row.last ? `${row.first}` : `${row.first}–${row.last}`)).join(", ");
  const signed = el("li", { class: ["holds", "none"].includes(one.signature) ? "" : "wrong" }, text(`session.more.signature_${one.signature}`));
  const rows = [signed];
  if (one.missing.length) rows.push(el("li", { class: "wrong" }, text("session.more.chain_missing", { list: list(one.missing) })));
  else rows.push(el("li", {}, text("session.more.chain_whole")));
  if (one.lost.length) rows.push(el("li", { class: "wrong" }, text("session.more.chain_lost", { list: one.lost.join(", ") })));
  if (one.contested_from !== null) rows.push(el("li", { class: "wrong" }, text("session.more.chain_contested", { n: one.contested_from })));
  return el("ul", {}, rows);
}

function markTold(one) {
  const role = one.role ? text(`session.faces.${one.role}`) : "";
  const words = {
    sign_in: () => text("session.mark.sign_in", { role }),
    sign_out: () => text("session.mark.sign_out", { role, how: text(`session.how.${one.how}`) }),
    malfunction: () => text("session.mark.malfunction", { what: text(`session.malfunction.${one.malfunction}`) }),
    malfunction_over: () => text("session.mark.malfunction_over", { what: text(`session.malfunction.${one.malfunction}`) }),
    restart: () => text("session.mark.restart"),
  }[one.what]();
  return el("li", {}, el("button", { type: "button", class: "link", on: { click: () => moveToTime(one.utc_s) } }, one.time || "–"), ` ${words}`);
}

/** A button that takes one's own bulk decision back wherever it still stands. */
function bulkUndo(one) {
  const isOwn = one.bulk && one.account === surroundings.account && !one.undone_by && !one.undoes;
  if (!isOwn || !surroundings.may.length) return null;
  return [" ", el("button", { type: "button", class: "quiet compact", on: { click: () => takeBackNow({ bulk: one.bulk }) } }, text("session.more.bulk_undo"))];
}

function decision(one) {
  const list = one.stretches.map((each) => (each.from === each.to ? each.from : `${each.from}–${each.to}`)).join(", ");
  const kind = text(`session.kind.${one.kind}`);
  return el("li", { class: one.undone_by ? "is-undone" : "" },
    el("strong", {}, kind), ` · ${one.name} (${text(`session.layer.${one.layer}`)}) · ${moment(one.at)} `,
    one.undone_by ? el("span", { class: "chip" }, text("session.more.undone")) : null,
    one.bulk ? el("span", { class: "chip" }, text("session.more.bulk")) : null, bulkUndo(one),
    el("p", { class: "small" }, said(one), one.words ? ` “${one.words}”` : "", one.proposed_by ? ` · ${text("session.more.proposed_by", { name: one.proposed_by })}` : ""),
    one.minutes && one.kind !== "accept" ? aside(text("session.more.minutes", { n: one.minutes, list })) : null);
}

function appealTold(one) {
  const state = text(one.open ? "session.more.appeal_open" : "session.more.appeal_closed");
  const thread = one.thread.map((each) => el("li", {},
    el("span", { class: "aside small" }, `${each.name} (${text(`kernel.role.${each.role}`)}) · ${moment(each.at)}`),
    el("p", { class: "words" }, each.words)));
  return [el("h3", {}, `${text("session.more.appeal")} ${one.id} (${state})`), el("ol", { class: "plain-list" }, thread)];
}

/** A school opens an appeal; both sides answer while it is open. */
function appealForm() {
  const open = view.history.appeals.find((one) => one.open);
  const { appeals } = surroundings;
  if (open ? !appeals.answer : !appeals.open) return null;
  const words = el("textarea", { id: "appeal-words", rows: 3, maxlength: 1000, required: true, class: "wide" });
  const send = async (event) => {
    event.preventDefault();
    event.submitter.disabled = true;
    const path = open ? `/v1/appeals/${open.id}/thread` : `/v1/sessions/${view.terminal}/${view.session}/appeals`;
    try {
      await api("POST", path, { words: words.value });
      location.reload();
    } catch (refused) {
      event.submitter.disabled = false;
      tell(refused.message, "wrong");
    }
  };
  return el("form", { on: { submit: send } },
    el("label", { for: "appeal-words" }, text(open ? "session.appeal.answer" : "session.appeal.words")), words,
    el("button", { type: "submit" }, text(open ? "session.appeal.send" : "session.appeal.open")));
}

function history() {
  const { decisions, appeals } = view.history;
  const ledger = decisions.length ? el("ol", { class: "plain-list" }, decisions.map(decision)) : aside(text("session.more.none_yet"));
  return [ledger, ...appeals.flatMap(appealTold), appealForm()].filter(Boolean);
}

at("found").append(...found());
at("chain").append(chain());
at("marks").append(...view.marks.map(markTold));
at("history").append(...history());
