/* Controls that do more than the browser's own: loads what a page needs, and holds the small ones.
   Every control works without this script; what is added here is found by data attributes, also
   in what is put into the page later (inline rows, dialogs, settings of a driver). */
(() => {
"use strict";

const self = document.currentScript;
const nonce = self.nonce;
const words = JSON.parse(self.dataset.words);
const aids = (document.documentElement.dataset.area === "staff" ? "/admin" : "") + "/form-aids/";

/* Each part is a script of its own: what it is for, its files, and what makes it ready. */
const EDITOR = { selector: "textarea[data-code]", files: [self.dataset.library, self.dataset.editor] };
const PICKERS = { selector: "select[data-searchable], select[data-region-of], input[data-icon]", files: [self.dataset.pickers] };
const SMALL = {
  selector: "input[data-colour], textarea[data-markdown], input[type=file][data-size-max], input[type=password]",
  files: [],
};

const fields = (window.panelFields = {
  words,
  nonce,
  /* Fill `{name}` in one of our texts. */
  say: (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all),
  make(tag, attributes = {}, ...content) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(name, value);
    made.append(...content);
    return made;
  },
  /* Ask one of the addresses of form_aids.py. */
  async ask(name, query) {
    const answer = await window.panel.fetch(`${aids}${name}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  },
  changed(control, ...kinds) {
    for (const kind of kinds) control.dispatchEvent(new Event(kind, { bubbles: true }));
  },
  /* The control that the same form, or the same inline row, has for the field `name`. */
  beside(control, name) {
    const parts = control.name.split(".");
    parts[parts.length - 1] = name;
    return control.form && control.form.elements.namedItem(parts.join("."));
  },
});

/* ------------------------------------------------------------- a text that is no choice */
/* What was typed stays and is said to be nothing yet; the form waits until it is chosen or cleared. */
fields.unsettled = (input, found) => {
  fields.settle(input);
  input.dataset.unsettled = "yes";
  input.classList.add("is-invalid");
  input.setAttribute("aria-invalid", "true");
  const note = fields.make("span", { class: "pw-problem", id: `${input.id}-unsettled`, role: "alert" },
    fields.say(found ? "unpicked" : "unmatched", { typed: input.value.trim() }));
  (input.closest(".lookup, .field-select-box") || input).after(note);
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${note.id}`.trim());
};

fields.settle = (input) => {
  if (!input.dataset.unsettled) return;
  delete input.dataset.unsettled;
  input.classList.remove("is-invalid");
  input.removeAttribute("aria-invalid");
  const id = `${input.id}-unsettled`;
  document.getElementById(id)?.remove();
  const rest = (input.getAttribute("aria-describedby") || "").split(" ").filter((each) => each && each !== id);
  if (rest.length) input.setAttribute("aria-describedby", rest.join(" ")); else input.removeAttribute("aria-describedby");
};

/* ------------------------------------------------------------- a refused value that is changed */
/* What was said of it no longer stands: the server judges the new one when the form is sent. */
function changeRefused(control) {
  const field = control.closest?.(".pw-field");
  const told = field?.querySelector(':scope > [id$="-problems"]');
  if (!told?.firstElementChild) return;
  const of = (each) => each.closest(".pw-field") === field && !each.dataset.unsettled;
  for (const each of field.querySelectorAll(".is-invalid, [aria-invalid], [aria-describedby]")) {
    if (!of(each)) continue;
    each.classList.remove("is-invalid");
    each.removeAttribute("aria-invalid");
    const rest = (each.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== told.id);
    if (rest.length) each.setAttribute("aria-describedby", rest.join(" ")); else each.removeAttribute("aria-describedby");
  }
  told.replaceChildren();
  const part = field.closest('[role="tabpanel"]');
  if (part && !part.querySelector(".pw-problem")) document.getElementById(part.getAttribute("aria-labelledby"))?.querySelector(".badge-bad")?.remove();
}

for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => changeRefused(event.target));

/* ------------------------------------------------------------- loading */
const loading = new Map();

function load(url) {
  if (!loading.has(url)) {
    loading.set(url, new Promise((resolve, reject) => {
      const style = url.endsWith(".css");
      const file = style ? fields.make("link", { rel: "stylesheet", href: url }) : fields.make("script", { src: url, nonce });
      file.async = false;
      file.addEventListener("load", resolve);
      file.addEventListener("error", reject);
      document.head.append(file);
    }));
  }
  return loading.get(url);
}

function wanted(scope, selector) {
  const found = Array.from(scope.querySelectorAll(selector));
  if (scope.matches && scope.matches(selector)) found.push(scope);
  return found.filter((each) => !each.dataset.enhanced && !each.readOnly && !each.disabled);
}

function enhance(scope) {
  for (const part of [SMALL, PICKERS, EDITOR]) {
    if (!wanted(scope, part.selector).length) continue;
    // Without its file a control stays what the server made it.
    Promise.all([self.dataset.style, ...part.files].map(load)).then(() => {
      for (const control of wanted(scope, part.selector)) {
        control.dataset.enhanced = "yes";
        if (control.isConnected) ready(part, control);
      }
    }).catch(() => {});
  }
}

function ready(part, control) {
  if (part === EDITOR) fields.openEditor(control);
  else if (part === PICKERS) (control.tagName === "SELECT" ? fields.openSelect : fields.openIcons)(control);
  else if (control.matches("[data-colour]")) openColour(control);
  else if (control.matches("[data-markdown]")) openMarkdown(control);
  else if (control.type === "password") openSecret(control);
}

/* ------------------------------------------------------------- colour */
const COLOUR = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i;

function wholeColour(text) {
  const found = COLOUR.exec(text.trim());
  if (!found) return null;
  const digits = found[1].length === 3 ? Array.from(found[1], (digit) => digit + digit).join("") : found[1];
  return "#" + digits.toLowerCase();
}

function openColour(input) {
  const swatch = fields.make("input", { type: "color", class: "form-control form-control-color", "aria-label": words.colour });
  const group = fields.make("div", { class: "input-group field-colour" });
  input.replaceWith(group);
  group.append(swatch, input);
  const show = () => {
    const colour = wholeColour(input.value);
    group.classList.toggle("is-empty", !colour);
    swatch.value = colour || "#ffffff";
  };
  show();
  input.addEventListener("input", show);
  swatch.addEventListener("input", () => { input.value = swatch.value; show(); fields.changed(input, "input"); });
  swatch.addEventListener("change", () => fields.changed(input, "change"));
}

/* ------------------------------------------------------------- Markdown: write, and see it as it will be shown */
function openMarkdown(area) {
  const names = { write: `${area.id}-write`, preview: `${area.id}-preview` };
  const tab = (key, chosen) => fields.make("button", {
    type: "button", role: "tab", id: `${names[key]}-tab`, "aria-controls": names[key],
    "aria-selected": String(chosen), tabindex: chosen ? "0" : "-1",
  }, words[key]);
  const tabs = fields.make("div", { role: "tablist", class: "field-tabs", "data-ready": "yes", "aria-label": words.write });
  tabs.append(tab("write", true), tab("preview", false));
  const write = fields.make("div", { role: "tabpanel", id: names.write, "aria-labelledby": `${names.write}-tab` });
  const preview = fields.make("div", {
    role: "tabpanel", id: names.preview, "aria-labelledby": `${names.preview}-tab`, tabindex: "0", class: "markdown field-preview", "aria-live": "polite",
  });
  preview.hidden = true;
  area.replaceWith(write);
  write.append(area);
  write.before(tabs);
  write.after(preview);
  // The tab is shown by panel.js, by a click or by the arrow keys; what stands in it comes now.
  new MutationObserver(() => { if (!preview.hidden) showPreview(area, preview); })
    .observe(preview, { attributes: true, attributeFilter: ["hidden"] });
  // The frame stays as high as it was, so that nothing below moves.
  tabs.addEventListener("pointerdown", () => { if (!write.hidden) preview.style.minBlockSize = `${area.offsetHeight}px`; });
}

function showPreview(area, preview) {
  const body = new FormData();
  body.set("text", area.value);
  preview.setAttribute("aria-busy", "true");
  window.panel.fetch(`${aids}markdown`, { method: "POST", body })
    .then((answer) => { if (!answer.ok) throw new Error(); return answer.text(); })
    .then((html) => { if (html) preview.innerHTML = html; else preview.textContent = words.nothing_written; })
    .catch(() => { preview.textContent = words.offline; })
    .finally(() => preview.removeAttribute("aria-busy"));
}

/* ------------------------------------------------------------- secrets */
function openSecret(input) {
  if (input.autocomplete === "current-password") return;
  const button = fields.make("button", { type: "button", class: "btn", "aria-pressed": "false", "aria-controls": input.id }, words.show);
  const group = fields.make("div", { class: "input-group" });
  input.replaceWith(group);
  group.append(input, button);
  const show = (open) => {
    input.type = open ? "text" : "password";
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? words.hide : words.show;
  };
  button.addEventListener("click", () => { show(input.type === "password"); input.focus(); });
  // A browser keeps what it sends as plain text; a password it does not.
  if (input.form) input.form.addEventListener("submit", () => show(false));
}

/* ------------------------------------------------------------- files: what was chosen, and whether it is too large */
function sizeText(bytes) {
  const format = (number, unit) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
  if (bytes >= 1_000_000) return format(bytes / 1_000_000, "megabyte");
  return bytes >= 1000 ? format(bytes / 1000, "kilobyte") : format(bytes, "byte");
}

function noteOf(input) {
  let note = document.getElementById(`${input.id}-chosen`);
  if (!note) {
    note = fields.make("div", { class: "field-file field-file-new", id: `${input.id}-chosen`, role: "status" });
    input.after(note);
  }
  note.replaceChildren();
  return note;
}

async function showFile(input) {
  const note = noteOf(input);
  const file = input.files[0];
  input.setCustomValidity("");
  input.removeAttribute("aria-invalid");
  if (!file) return;
  note.append(fields.make("span", { class: "field-file-name" }, file.name), " ", fields.make("span", { class: "pw-quiet" }, sizeText(file.size)));
  const most = Number(input.dataset.sizeMax);
  if (most && file.size > most) {
    const text = fields.say("too_large", { size: sizeText(most) });
    input.setCustomValidity(text);
    input.setAttribute("aria-invalid", "true");
    note.append(fields.make("span", { class: "pw-problem" }, text));
    return;
  }
  if (!file.type.startsWith("image/")) return;
  try {
    const picture = await createImageBitmap(file);
    if (input.files[0] === file) note.prepend(drawn(picture, file.name));
  } catch { /* no picture after all: the server says so */ }
}

/* Drawn, not linked: the policy of the pages allows no address of a file that is only here. */
function drawn(picture, name) {
  const scale = Math.min(1, 160 / Math.max(picture.width, picture.height));
  const canvas = fields.make("canvas", {
    class: "field-file-picture", role: "img", "aria-label": name,
    width: String(Math.max(1, Math.round(picture.width * scale))), height: String(Math.max(1, Math.round(picture.height * scale))),
  });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

document.addEventListener("change", (event) => {
  if (event.target.matches('input[type="file"]')) showFile(event.target);
});

/* ------------------------------------------------------------- a country decides about regions and numbers */
function followCountry(form, country) {
  form.querySelectorAll("select[data-region-of], input[data-phone-country]").forEach((control) => {
    const of = control.dataset.regionOf || control.dataset.phoneCountry;
    if (fields.beside(control, of) !== country) return;
    const answer = fields.ask(control.dataset.regionOf ? "regions" : "phone", { country: country.value });
    const fill = control.dataset.regionOf ? (given) => fillRegions(control, given.items) : (given) => { control.placeholder = given.example; };
    answer.then(fill).catch(() => { /* the list as it was; saving shows the right one */ });
  });
}

function fillRegions(select, items) {
  const chosen = items.some((item) => item.id === select.value) ? select.value : "";
  const options = items.map((item) => new Option(item.title, item.id, false, item.id === chosen));
  select.replaceChildren(new Option("", "", false, !chosen), ...options);
  fields.changed(select, "change");
}

document.addEventListener("change", (event) => {
  if (event.target.form && event.target.matches("select, input")) followCountry(event.target.form, event.target);
});

/* ------------------------------------------------------------- what cannot be right is not sent */
fields.checks = [(form) => form.querySelector("[data-unsettled]"), (form) => Array.from(form.elements).find((each) => each.type === "file" && !each.checkValidity() && each.validity.customError)];

document.addEventListener("submit", (event) => {
  for (const check of fields.checks) {
    const wrong = check(event.target);
    if (!wrong) continue;
    event.preventDefault();
    event.stopImmediatePropagation();
    wrong.focus();
    wrong.scrollIntoView({ block: "center" });
    return;
  }
}, true);

enhance(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) enhance(node);
}).observe(document.body, { childList: true, subtree: true });
})();
