/* A form that was filled in for long, on the page or in a dialog: before it is sent, the page asks for
   the token of the present session. Without one nothing is sent, and what was typed stays until the
   person is back. */
(() => {
"use strict";

const script = document.currentScript;
const words = script.dataset;
const checked = new WeakSet();
const waiting = new WeakSet();

function take(token) {
  document.querySelector('meta[name="csrf-token"]').content = token;
  document.querySelectorAll('input[name="csrf_token"]').forEach((input) => { input.value = token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": token }));
}

function tell(form, text, link) {
  const before = form.querySelector("[data-session-note]");
  if (before) before.remove();
  const note = document.createElement("div");
  note.className = "pw-note pw-note-warn";
  note.setAttribute("role", "alert");
  note.dataset.sessionNote = "";
  const body = document.createElement("div");
  body.append(text + " ");
  if (link) {
    const way = document.createElement("a");
    Object.assign(way, { href: words.login, target: "_blank", rel: "noopener", textContent: link });
    body.append(way);
  }
  note.append(body);
  form.prepend(note);
  note.scrollIntoView({ block: "center" });
}

function ended(form) {
  tell(form, words.ended, words.again);
}

document.addEventListener("DOMContentLoaded", () => { window.panel.session = { tell, ended }; });

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.hasAttribute("data-guard")) return;
  if (checked.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (waiting.has(form)) return;
  waiting.add(form);
  const submitter = event.submitter;
  fetch(words.token, { credentials: "same-origin", headers: { Accept: "application/json" } })
    .then((answer) => {
      if (answer.status === 401) { ended(form); return null; }
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    })
    .then((answer) => {
      if (!answer) return;
      // Somebody else signed in here meanwhile: what was typed is not theirs to send.
      if (String(answer.account) !== words.account) { tell(form, words.other, ""); return; }
      take(answer.token);
      checked.add(form);
      form.requestSubmit(submitter || undefined);
    })
    .catch(() => tell(form, words.offline, ""))
    .finally(() => waiting.delete(form));
}, true);
})();
