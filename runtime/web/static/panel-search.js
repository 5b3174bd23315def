/* The palette: global search over the page, opened by Ctrl+K or "/", used with the keyboard alone.
   Its button is a link to the page that shows the same. */
(() => {
"use strict";

const opener = document.querySelector("[data-palette]");
if (!opener) return;
let dialog = null, input = null, hits = null, asked = 0, typing = null;

function make(name, css) {
  const element = document.createElement(name);
  element.className = css;
  return element;
}

function build() {
  dialog = make("dialog", "pw-dialog pw-palette");
  dialog.setAttribute("aria-label", opener.dataset.label);
  input = make("input", "pw-palette-input");
  Object.assign(input, { type: "search", autocomplete: "off", spellcheck: false, placeholder: opener.dataset.label });
  input.setAttribute("aria-label", opener.dataset.label);
  input.setAttribute("aria-controls", "palette-hits");
  hits = make("div", "");
  hits.id = "palette-hits";
  const status = make("span", "pw-only-spoken");
  status.setAttribute("role", "status");
  dialog.append(input, hits, status);
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
  input.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(ask, 120); });
  dialog.addEventListener("keydown", keys);
}

const all = () => Array.from(hits.querySelectorAll("[data-hit]"));

/* The first hit is what Enter opens; the arrows move the focus itself, so that it is read out. */
function keys(event) {
  if (event.isComposing) return;
  const links = all(), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = links.indexOf(document.activeElement);
  // A search box takes the first Escape to empty itself: here one closes the palette.
  if (event.key === "Escape") { event.preventDefault(); close(); return; }
  if (step && links.length) {
    event.preventDefault();
    const next = at + step;
    (next < 0 && at >= 0 ? input : links[(next + links.length) % links.length]).focus();
  } else if (event.key === "Enter" && at < 0) {
    event.preventDefault();
    clearTimeout(typing);
    const go = () => {
      const [link] = all();
      if (!link) return;
      if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener"); else location.href = link.href;
    };
    // Who types fast and presses Enter means what was typed, not what was shown before.
    if (input.value !== hits.dataset.for) ask().then(go); else go();
  } else if (at >= 0 && (event.key.length === 1 || event.key === "Backspace") && !event.ctrlKey && !event.metaKey && event.key !== " ") {
    input.focus();
  }
}

async function ask() {
  const mine = asked += 1, text = input.value;
  try {
    const answer = await window.panel.fetch(`${opener.href}?q=${encodeURIComponent(text)}`);
    if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (mine !== asked) return;
    hits.innerHTML = html;
    hits.dataset.for = text;
    all()[0]?.classList.add("pw-hit-on");
    dialog.querySelector("[role=status]").textContent = opener.dataset.found.replace("{count}", String(all().length));
  } catch {
    if (mine === asked) hits.textContent = document.body.dataset.offline || "";
  }
}

/* A box that is hidden keeps the focus until the window is drawn anew: a "/" typed meanwhile would be lost. */
function close() {
  input.blur();
  dialog.close();
}

function open() {
  if (!dialog) build();
  if (dialog.open) { input.select(); return; }
  dialog.showModal();
  input.select();
  input.focus();
  if (hits.dataset.for !== input.value) ask();
}

opener.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
});

document.addEventListener("keydown", (event) => {
  const typingNow = event.target.closest?.("input, textarea, select, [contenteditable]");
  const palette = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
  if (!palette && (event.key !== "/" || typingNow || event.ctrlKey || event.metaKey || event.altKey)) return;
  if (document.querySelector("dialog[open]") && !dialog?.open) return;
  event.preventDefault();
  open();
});
})();
