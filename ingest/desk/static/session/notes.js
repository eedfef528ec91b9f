// Notes that inspectors leave one another; a school's page has no place for them.
import { api, el, tell, text } from "/static/kernel.js";
import { surroundings, view } from "./state.js";

const place = document.getElementById("notes");
const many = document.getElementById("notes-many");
const path = `/v1/sessions/${view.terminal}/${view.session}/notes`;

function note(one) {
  return el("li", {},
    el("span", { class: "aside small" }, `${one.name} (${text(`kernel.role.${one.role}`)}) · ${one.at.local.slice(0, 16)} ${surroundings.zone}`),
    el("p", { class: "words" }, one.words));
}

async function load() {
  try {
    const { items } = await api("GET", path);
    const list = items.length ? el("ol", { class: "plain-list" }, items.map(note)) : el("p", { class: "aside small" }, text("around.notes.none"));
    place.replaceChildren(list);
    many.hidden = items.length === 0;
    many.textContent = text("around.notes.many", { n: items.length });
  } catch (refused) {
    place.replaceChildren(el("p", { class: "aside small" }, refused.message));
  }
}

function form() {
  const words = el("textarea", { id: "note-words", rows: 2, maxlength: 1000, required: true, class: "wide" });
  const send = async (event) => {
    event.preventDefault();
    // A note stays: two clicks are one note.
    event.submitter.disabled = true;
    try {
      await api("POST", path, { words: words.value });
      words.value = "";
      await load();
    } catch (refused) {
      tell(refused.message, "wrong");
    } finally {
      event.submitter.disabled = false;
    }
  };
  return el("form", { on: { submit: send } }, el("label", { for: "note-words" }, text("around.notes.words")), words,
    el("button", { type: "submit", class: "quiet" }, text("around.notes.add")));
}

if (place) {
  if (surroundings.notes === "write") place.after(form());
  load();
}
