// The queue: keys to walk it, the next worst under a lease, bulk decisions with a preview, reversals.
import { api, data, el, isTyping, language, tell, text } from "/static/kernel.js";
import { openBulk } from "./bulk.js";

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

function moveTo(next) {
  if (!rows.length) return;
  rows[at]?.removeAttribute("aria-current");
  at = Math.max(0, Math.min(rows.length - 1, next));
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

function selected() {
  return rows
    .filter((row) => row.querySelector(".select")?.checked)
    .map((row) => ({ terminal: row.dataset.terminal, session: Number(row.dataset.session) }));
}

function showSelected() {
  const button = document.getElementById("bulk-open");
  if (button) button.disabled = selected().length === 0;
}

function toggle() {
  const box = rows[at]?.querySelector(".select");
  if (!box) return;
  box.checked = !box.checked;
  showSelected();
  tell(text("queue.script.selected", { n: selected().length }));
}

const showKeys = () => document.getElementById("keys").showModal();
const bulk = () => { if (selected().length) openBulk(selected()); };

const actions = {
  j: () => moveTo(at + 1),
  ArrowDown: () => moveTo(at + 1),
  k: () => moveTo(at - 1),
  ArrowUp: () => moveTo(at - 1),
  Enter: () => at >= 0 && location.assign(rows[at].dataset.href),
  "/": () => document.getElementById("search").focus(),
  "?": showKeys,
};
if (document.getElementById("start")) actions.n = openNext;
if (document.getElementById("bulk")) Object.assign(actions, { x: toggle, b: bulk });

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
document.querySelectorAll(".select").forEach((box) => box.addEventListener("change", showSelected));

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

// Fields left empty would stand in the address as noise.
document.getElementById("filters").addEventListener("submit", (event) => {
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
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
