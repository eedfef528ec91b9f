// Forms that ask the API: <form data-method data-path data-then data-sure data-once>.
//   data-then: reload · once (show the answer's field data-once, then reload) · ended (what a new password ended) ·
//     enrolment · a path to go to
import { confirmed } from "/static/auth/confirm.js";
import { api, tell, text } from "/static/kernel.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.path) return;
  event.preventDefault();
  if (form.dataset.sure && !window.confirm(form.dataset.sure)) return;
  for (const again of form.querySelectorAll("[data-again]")) {
    if (again.value !== form.elements[again.dataset.again].value) {
      tell(text("auth.script.differ"), "wrong");
      again.focus();
      return;
    }
  }
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const body = form.dataset.method === "DELETE" ? undefined : bodyOf(form);
    go(form, await confirmed(() => api(form.dataset.method, form.dataset.path, body)));
  } catch (refused) {
    tell(refused.message, "wrong");
  } finally {
    button.disabled = false;
  }
});

// Empty fields are left out; boxes of one name are a list, one with data-yes is true or false.
function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "submit") continue;
    if ("yes" in field.dataset) {
      body[field.name] = field.checked;
    } else if (field.type === "checkbox") {
      body[field.name] ??= [];
      if (field.checked) body[field.name].push(field.value);
    } else if (field.value !== "") {
      body[field.name] = field.type === "number" ? Number(field.value) : field.value;
    }
  }
  return body;
}

function go(form, answer) {
  const then = form.dataset.then;
  if (then === "reload") location.reload();
  else if (then === "once") showOnce(answer[form.dataset.once]);
  else if (then === "ended") showEnded(answer);
  else if (then === "enrolment") showEnrolment(answer);
  else if (then === "/language/") location.assign(`/language/${answer.language}?next=${encodeURIComponent(location.pathname)}`);
  else location.assign(then);
}

function showOnce(secret) {
  const dialog = document.getElementById("once");
  document.getElementById("once-text").textContent = secret;
  dialog.addEventListener("close", () => location.reload(), { once: true });
  dialog.showModal();
}

// The cookie is a new one, and with it what a page must send back: the page is loaded again.
function showEnded(answer) {
  const dialog = document.getElementById("ended");
  document.getElementById("ended-text").textContent = text("auth.script.password_ended", {
    browsers: answer.browsers_logged_out, tokens: answer.tokens_revoked,
  });
  dialog.addEventListener("close", () => location.reload(), { once: true });
  dialog.showModal();
}

function showEnrolment(answer) {
  document.getElementById("picture").src = `data:image/svg+xml;base64,${btoa(answer.picture)}`;
  document.getElementById("secret").textContent = answer.secret;
  document.getElementById("begin").hidden = true;
  document.getElementById("enrolment").hidden = false;
  document.getElementById("code").focus();
}
