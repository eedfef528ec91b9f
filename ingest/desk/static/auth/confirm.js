// Acts that need the password once more: asked for in the dialog of auth/confirm.html, then done again.
import { api } from "/static/kernel.js";

/** What the act answers; where it is refused until one has shown who one is, that is asked and it is done again. */
export async function confirmed(act) {
  try {
    return await act();
  } catch (refused) {
    if (refused.code !== "confirm_first" || !(await ask())) throw refused;
    return act();
  }
}

// True once the API has taken the password; false when the dialog was left.
function ask() {
  const dialog = document.getElementById("confirm");
  const form = dialog.querySelector("form");
  const fault = document.getElementById("confirm-fault");
  const listening = new AbortController();
  const until = { signal: listening.signal };
  let isDone = false;
  const asked = new Promise((settle) => {
    dialog.addEventListener("close", () => settle(isDone), until);
  });
  document.getElementById("confirm-cancel").addEventListener("click", () => dialog.close(), until);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      await api("POST", "/v1/account/confirm", said());
      isDone = true;
      dialog.close();
    } catch (refused) {
      fault.textContent = refused.message;
      fault.hidden = false;
      form.reset();
      document.getElementById("confirm-password").focus();
    } finally {
      button.disabled = false;
    }
  }, until);
  dialog.showModal();
  return asked.finally(() => {
    listening.abort();
    form.reset();
    fault.hidden = true;
  });
}

function said() {
  const code = document.getElementById("confirm-code");
  const password = document.getElementById("confirm-password").value;
  return code ? { password, code: code.value } : { password };
}
