// The queue: keys to walk it, the next worst under a lease, bulk decisions with a preview, reversals.
import { api, data, el, isTyping, language, tell, tellLeft, tellNext, text } from "/static/kernel.js";
import { labelOf, lastDecision, meant, pick, takeBack, takeOffer } from "/static/undo.js";
import { openBulk } from "./bulk.js";
import { manageKept, openKept } from "./kept.js";

const rows = Array.from(document.querySelectorAll("#queue tbody tr"));
const asked = data("filter");
// "Next session" on a session's page goes on under the same filters.
sessionStorage.setItem("hf.queue.asked", JSON.stringify(asked));
let at = -1;

for (const bar of document.querySelectorAll(".bar")) {
  const parts = ["accepted", "refused", "unsure"].map((kind) => [kind, Number(bar.dataset[kind])]);
  const whole = parts.reduce((sum, [, minutes]) => sum + minutes, 0) || 1;
  for (const [kind, minutes] of parts) {
    const piece = el("i", { class: kind });
    piece.style.width = `${(100 * minutes) / whole}%`;
    bar.append(piece);
  }
}

const isYours = (row) => !("notYours" in row.dataset);

/** To the next row (step 1) or the one before (-1) that does not wait for somebody else; else stay. */
function move(step) {
  let next = Math.max(0, at + step);
  while (rows[next] && !isYours(rows[next])) next += step;
  if (!rows[next]) next = at;
  if (!rows[next]) return;
  rows[at]?.removeAttribute("aria-current");
  at = next;
  rows[at].setAttribute("aria-current", "true");
  rows[at].querySelector("a").focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
  tell(text("queue.script.moved", { n: at + 1, of: rows.length }));
}

async function openNext() {
  try {
    const found = await api("POST", "/v1/queue/next", asked);
    if (found.session === null) tell(text("queue.script.empty"));
    else location.assign(`/sessions/${found.session.terminal}/${found.session.session}`);
  } catch (refused) {
    tell(refused.message, "wrong");
  }
}

const boxes = rows.filter(isYours).map((row) => row.querySelector(".select")).filter(Boolean);
const selectAll = document.getElementById("select-all");
const selected = () => rows.filter((row) => row.querySelector(".select")?.checked).map((row) => row.dataset);

function showSelected() {
  const many = selected().length;
  document.getElementById("bulk-open").disabled = many === 0;
  selectAll.checked = many > 0 && many === boxes.length;
  selectAll.indeterminate = many > 0 && many < boxes.length;
  tell(text("queue.script.selected", { n: many }));
}

function toggle() {
  const box = rows[at]?.querySelector(".select");
  if (!box) return;
  box.checked = !box.checked;
  showSelected();
}

function toggleAll() {
  const all = selected().length < boxes.length;
  for (const box of boxes) box.checked = all;
  showSelected();
}

const showKeys = () => document.getElementById("keys").showModal();
const bulk = () => { if (selected().length) openBulk(selected()); };

async function takeBackNow(what) {
  try {
    const told = await takeBack(what);
    if (what.bulk) {
      tellNext(text("kernel.script.undone_all", { n: told.decided }));
      location.reload();
    } else {
      tellNext(text("queue.script.undone", told));
      location.assign(`/sessions/${told.terminal}/${told.session}`);
    }
  } catch (refused) {
    tell(refused.message, "wrong");
  }
}

/** Take back what is offered, else the last decision; of one made on many at once the person says which. */
async function undo() {
  if (takeOffer()) return;
  try {
    const last = await lastDecision();
    if (!last) return tell(text("kernel.script.undo_nothing"), "wrong");
    const choices = meant(last, labelOf(last), last.sessions);
    const what = choices.length > 1 ? await pick(choices) : choices[0].what;
    if (what) await takeBackNow(what);
  } catch (refused) {
    tell(refused.message, "wrong");
  }
  return undefined;
}

const turnTo = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();

const actions = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  Enter: () => rows[at]?.querySelector("a").click(),
  "]": () => turnTo("next"),
  "[": () => turnTo("first"),
  "/": () => document.getElementById("search").select(),
  f: manageKept,
  "?": showKeys,
};
for (let n = 1; n < 10; n += 1) actions[n] = () => openKept(n);
if (document.getElementById("start")) actions.n = openNext;
if (document.getElementById("bulk")) Object.assign(actions, { x: toggle, X: toggleAll, b: bulk, u: undo });

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  // Enter on a link or button does what that says.
  if (event.key === "Enter" && event.target.closest("a, button")) return;
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});
document.getElementById("start")?.addEventListener("click", openNext);
document.getElementById("show-keys").addEventListener("click", showKeys);
document.getElementById("bulk-open")?.addEventListener("click", bulk);
for (const box of boxes) box.addEventListener("change", showSelected);
selectAll?.addEventListener("change", toggleAll);

// Counting takes longer than the rows do, so it comes after them.
async function showFacets() {
  const query = new URLSearchParams(location.search);
  query.delete("after");
  const found = await api("GET", `/v1/queue/facets?${query}`).catch(() => null);
  if (!found) return;
  document.getElementById("count").textContent = text("queue.script.count", { n: found.count });
  const value = { school: "number", ground: "name", reason: "name" };
  const shown = { school: (one) => one.name ?? one.number, ground: (one) => one.name, reason: (one) => one.sentence[language] };
  for (const name of Object.keys(value)) {
    const field = document.getElementById(name);
    for (const one of field ? found[name] : []) {
      const label = `${shown[name](one)} (${one.count})`;
      const held = Array.from(field.options).find((option) => option.value === one[value[name]]);
      if (held) held.textContent = label;
      else field.append(el("option", { value: one[value[name]] }, label));
    }
  }
}
showFacets();

// Fields left empty would stand in the address as noise; who comes back to the page finds them as they were.
const fields = Array.from(document.getElementById("filters").elements);
document.getElementById("filters").addEventListener("submit", () => {
  for (const field of fields) if (field.name && !field.value) field.disabled = true;
});
addEventListener("pageshow", () => {
  for (const field of fields) field.disabled = false;
  // What was typed before going on is not what this address asks for.
  document.getElementById("filters").reset();
});

for (const button of document.querySelectorAll("[data-settle]")) {
  button.addEventListener("click", async () => {
    const place = button.closest("[data-proposal]");
    try {
      await api("POST", `/v1/reversals/${place.dataset.proposal}/${button.dataset.settle}`);
      place.remove();
      tell(text("queue.script.reversed"));
    } catch (refused) {
      tell(refused.message, "wrong");
    }
  });
}

tellLeft({ label: `${text("queue.script.undo")} (u)`, act: takeBackNow });
