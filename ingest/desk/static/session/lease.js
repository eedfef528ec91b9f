// The lease of this session: taken with the dialog or before coming here, given back by whoever leaves undecided.
import { api, farewell, local, tell, text } from "/static/kernel.js";
import { surroundings, view } from "./state.js";

export const path = `/v1/sessions/${view.terminal}/${view.session}`;
const RENEW_MS = 240_000;
/** Whether this page came with the lease, and whether it is to give one back. */
let cameHolding = surroundings.holds && view.head.owner_account === surroundings.account;
let isHeld = cameHolding;
let renewed = 0;
let last = Promise.resolve();

/** Each after the one before: a lease given back late would be the next dialog's. */
function inTurn(act) {
  last = last.then(act);
  return last;
}

/** Keep others out while deciding; `refused` is told why that cannot be. */
export const hold = (refused) => inTurn(async () => {
  if (!surroundings.holds) return;
  const wasHeld = isHeld;
  // Who goes before the answer comes gives it back all the same.
  isHeld = true;
  try {
    await api("POST", `${path}/lease`);
    renewed ||= setInterval(renew, RENEW_MS);
  } catch (fault) {
    isHeld = wasHeld;
    refused(why(fault));
  }
});

/** Go on holding; while it cannot be told, somebody who is writing may still be in time. */
async function renew() {
  try {
    await api("POST", `${path}/lease`);
  } catch (refused) {
    if (refused.code !== "no_answer") tell(why(refused), "wrong");
  }
}

function stopRenewing() {
  clearInterval(renewed);
  renewed = 0;
}

/** The dialog is closed and nothing decided: only who came with the lease goes on holding it. */
export const letGo = () => inTurn(async () => {
  stopRenewing();
  if (!isHeld || cameHolding) return;
  isHeld = false;
  await farewell("DELETE", `${path}/lease`);
});

/** Wait for what is under way; a lease that came after the decision would keep others off what is done. */
export const settled = () => last;

/** This page has no lease to give back any more: decided, left behind, or coming again at once. */
export function forget() {
  stopRenewing();
  isHeld = cameHolding = false;
}

/** Give back what this page holds, and wait until that is done. */
export async function release() {
  await settled();
  if (isHeld) await farewell("DELETE", `${path}/lease`);
  forget();
}

/** Why something was refused; of a lease also who holds it and until when. */
export function why(refused) {
  const { holder, until_s: until } = refused.details;
  if (!holder || !until) return refused.message;
  const ends = local(new Date(until * 1000).toISOString(), view.head.utc_offset_min);
  return `${refused.message} (${text("session.head.held_by", { name: holder, until: ends })})`;
}

function giveBack() {
  if (isHeld) {
    farewell("DELETE", `${path}/lease`);
    sessionStorage.setItem("hf.left", path);
  }
  forget();
}

// Loaded anew it is the same person's who looked at it; the page was made before the one that went gave it back.
if (cameHolding && sessionStorage.getItem("hf.left") === path) hold(() => {}).then(stopRenewing);
sessionStorage.removeItem("hf.left");
window.addEventListener("pagehide", giveBack);
// The page that comes is not to tell of a lease that has ended.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const isPlain = link && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!isHeld || !isPlain || link.hasAttribute("download") || link.target || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  await release();
  location.assign(link.href);
});
// After the log-out it would be nobody's to give back.
document.querySelector("form[action='/log-out']")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await release();
  event.target.submit();
});
