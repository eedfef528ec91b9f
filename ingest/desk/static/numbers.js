// A row's own numbers in a dialog: its days and its reasons, as the API tells them.

const texts = JSON.parse(document.getElementById("texts").textContent);
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const dialog = document.getElementById("one");
const title = document.getElementById("one-title");
const body = document.getElementById("one-body");

function say(key, values = {}) {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, value), texts[`numbers.script.${key}`]);
}

function cell(row, text, isNumber) {
  const made = row.insertCell();
  made.textContent = text;
  if (isNumber) made.className = "number";
}

function table(rows) {
  const made = document.createElement("table");
  const lines = made.createTBody();
  for (const values of rows) {
    const row = lines.insertRow();
    values.forEach((value, at) => cell(row, value, at > 0));
  }
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.append(made);
  return scroll;
}

function heading(text) {
  const made = document.createElement("h3");
  made.textContent = text;
  return made;
}

function percent(share) {
  return share === null ? "–" : `${(100 * share).toFixed(1)} %`;
}

function show(found) {
  const days = found.trend.map((part) => [
    part.since, `${part.recorded.toLocaleString(language)} ${say("minutes")}`, percent(part.valid_share)]);
  const reasons = found.reasons.map((one) => [
    one.sentence ? one.sentence[language] : one.name,
    `${one.minutes.toLocaleString(language)} ${say("minutes")}`,
    `${one.sessions.toLocaleString(language)} ${say("sessions")}`]);
  const none = document.createElement("p");
  none.textContent = say("no_reasons");
  body.replaceChildren(heading(say("reasons")), reasons.length ? table(reasons) : none, table(days));
}

async function open(event) {
  const link = event.target.closest("a.open");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  title.textContent = say("details", { key: link.textContent });
  body.textContent = say("loading");
  dialog.showModal();
  try {
    const answer = await fetch(link.href, { headers: { accept: "application/json" } });
    const found = await answer.json();
    if (answer.ok) show(found);
    else body.textContent = found.error.message[language];
  } catch {
    body.textContent = texts["kernel.script.failed"];
  }
}

document.getElementById("table")?.addEventListener("click", open);
