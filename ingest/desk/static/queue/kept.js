// Filters kept under a name: 1 to 9 open them, f keeps the present ones, renames and deletes.
import { api, data, tellNext, text } from "/static/kernel.js";

const dialog = document.getElementById("kept");
const told = document.getElementById("kept-told");

/** Open the n-th kept filter, from 1; false where there is none. */
export function openKept(n) {
  const link = document.querySelectorAll(".kept a")[n - 1];
  if (!link) return false;
  location.assign(link.href);
  return true;
}

export function manageKept() {
  told.textContent = "";
  dialog.showModal();
  dialog.querySelector("input, button").focus();
}

async function change(sentence, method, path, body) {
  try {
    await api(method, path, body);
    tellNext(text(sentence));
    location.reload();
  } catch (refused) {
    told.textContent = refused.message;
  }
}

document.getElementById("kept-open").addEventListener("click", manageKept);
document.getElementById("keep")?.addEventListener("submit", (event) => {
  event.preventDefault();
  change("queue.script.kept", "POST", "/v1/queue/filters",
    { name: document.getElementById("keep-name").value, filters: data("filter") });
});
for (const form of document.querySelectorAll("[data-filter]")) {
  const path = `/v1/queue/filters/${form.dataset.filter}`;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change("queue.script.renamed", "PATCH", path, { name: form.querySelector("input").value });
  });
  form.querySelector("[data-delete]").addEventListener("click", () => change("queue.script.deleted", "DELETE", path));
}
