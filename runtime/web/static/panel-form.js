/* Forms: lookups of linked rows, rows of inline tables, conditions, warning before leaving. */
(() => {
"use strict";

const panel = window.panel;
const { evaluate } = window.conditions;

/* ------------------------------------------------------------- lookup (a combobox after WAI-ARIA 1.2) */
function lookupParts(input) {
  const box = input.closest(".lookup");
  return {
    box,
    list: document.getElementById(input.getAttribute("aria-controls")),
    kept: box.querySelector('input[type="hidden"]'),
    adds: input.dataset.lookupAdds,
  };
}

/* What else the form says now: a lookup may offer only rows that fit it. */
function otherValues(input) {
  const form = input.form;
  const row = input.closest("[data-inline-row]");
  const prefix = row ? row.dataset.inlineRow + "." : "";
  const pairs = [];
  if (!form) return pairs;
  for (const control of form.elements) {
    if (!control.name || !["select-one", "hidden", "text", "date", "number", "checkbox"].includes(control.type)) continue;
    if (control.name === "csrf_token" || control.name.startsWith("f.") || control.name.startsWith("op.")) continue;
    if (control.type === "checkbox" && !control.checked) continue;
    if (!control.name.startsWith(prefix)) continue;
    const name = control.name.slice(prefix.length);
    if (control.value && control.value.length <= 60 && !name.includes(".")) pairs.push(["v." + name, control.value]);
  }
  return pairs.slice(0, 40);
}

/* The number of the newest wish of an input: an answer, or a pause in typing, that comes after a
   choice was made must not open the list again. */
const waiting = new WeakMap();

function wish(input) {
  const number = (waiting.get(input) || 0) + 1;
  waiting.set(input, number);
  return number;
}

function search(input) {
  const { box, list } = lookupParts(input);
  const url = new URL(box.dataset.lookupUrl, location.href);
  url.searchParams.set("q", input.value === input.dataset.shown ? "" : input.value);
  for (const [name, value] of otherValues(input)) url.searchParams.append(name, value);
  const asked = wish(input);
  panel.fetch(url, { headers: { Accept: "application/json" } })
    .then((response) => { if (!response.ok) throw new Error(); return response.json(); })
    .then((answer) => { if (waiting.get(input) === asked && document.activeElement === input) showOptions(input, list, answer); })
    .catch(() => { if (waiting.get(input) === asked) showOptions(input, list, { items: [], empty: document.body.dataset.offline }); });
}

function showOptions(input, list, answer) {
  list.replaceChildren();
  answer.items.forEach((item, index) => {
    const option = document.createElement("div");
    option.className = "dropdown-item";
    option.setAttribute("role", "option");
    option.id = list.id + "-" + index;
    option.dataset.value = item.id;
    option.textContent = item.title;
    list.append(option);
  });
  if (!answer.items.length || answer.note) {
    const note = document.createElement("div");
    note.className = "lookup-note";
    note.textContent = answer.items.length ? answer.note : answer.empty;
    list.append(note);
  }
  list.hidden = false;
  list.classList.add("show");
  input.setAttribute("aria-expanded", "true");
  if (answer.items.length) mark(input, list, list.querySelector('[role="option"]'));
}

function close(input, list) {
  wish(input);
  list.hidden = true;
  list.classList.remove("show");
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(input, list, option) {
  list.querySelectorAll('[aria-selected="true"]').forEach((each) => each.removeAttribute("aria-selected"));
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function choose(input, option) {
  const { box, list, kept, adds } = lookupParts(input);
  if (adds) {
    addChoice(box, input, adds, option.dataset.value, option.textContent);
    input.value = "";
  } else {
    kept.value = option.dataset.value;
    input.value = option.textContent;
    input.dataset.shown = input.value;
    window.panelFields?.settle(input);
    kept.dispatchEvent(new Event("change", { bubbles: true }));
  }
  close(input, list);
}

function addChoice(box, input, name, value, text) {
  const same = Array.from(box.querySelectorAll('input[type="checkbox"]')).find((each) => each.value === value);
  if (same) { same.checked = true; return; }
  const label = document.createElement("label");
  label.className = "form-check";
  const tick = document.createElement("input");
  Object.assign(tick, { type: "checkbox", className: "form-check-input", name, value, checked: true });
  const words = document.createElement("span");
  words.className = "form-check-label";
  words.textContent = text;
  label.append(tick, " ", words);
  box.insertBefore(label, input);
  tick.dispatchEvent(new Event("change", { bubbles: true }));
}

function leave(input) {
  const { list, kept, adds } = lookupParts(input);
  setTimeout(() => { if (document.activeElement !== input) close(input, list); }, 120);
  if (adds) return;
  if (input.value.trim() === "") {
    window.panelFields?.settle(input);
    if (kept.value) { kept.value = ""; kept.dispatchEvent(new Event("change", { bubbles: true })); }
    input.dataset.shown = "";
  } else if (input.value === input.dataset.shown) {
    window.panelFields?.settle(input);
  } else {
    const options = Array.from(list.querySelectorAll('[role="option"]'));
    const same = options.filter((option) => option.textContent.toLowerCase() === input.value.trim().toLowerCase());
    if (same.length === 1) choose(input, same[0]);
    // Half a word is no choice, and the earlier one is not taken behind the person's back.
    else window.panelFields?.unsettled(input, options.length > 0);
  }
}

/* The text goes with the form only where no script turns it into a row. */
function withoutText(scope) {
  scope.querySelectorAll("[data-lookup-input][name]").forEach((input) => {
    input.form?.elements.namedItem(input.name.replace(/\.typed$/, ".shown"))?.remove();
    input.removeAttribute("name");
  });
}

document.addEventListener("focusin", (event) => {
  const input = event.target;
  if (!input.matches("[data-lookup-input]") || input.readOnly) return;
  if (input.dataset.shown === undefined) input.dataset.shown = input.value;
  input.select();
  search(input);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches("[data-lookup-input]") && !event.target.readOnly) leave(event.target);
});

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches("[data-lookup-input]")) return;
  const typed = wish(input);
  setTimeout(() => { if (waiting.get(input) === typed) search(input); }, 180);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches || !input.matches("[data-lookup-input]") || input.readOnly) return;
  const { list } = lookupParts(input);
  const options = Array.from(list.querySelectorAll('[role="option"]'));
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) { search(input); return; }
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (options.length) mark(input, list, options[(at + step + options.length) % options.length]);
  } else if (event.key === "Enter" && !list.hidden) {
    event.preventDefault();
    if (options[at]) choose(input, options[at]);
  } else if (event.key === "Escape" && !list.hidden) {
    // One key for one thing: the dialog around it stays open.
    event.preventDefault();
    event.stopPropagation();
    close(input, list);
  } else if (event.key === "Escape" && !input.dataset.lookupAdds && input.dataset.shown && input.value !== input.dataset.shown) {
    event.preventDefault();
    event.stopPropagation();
    input.value = input.dataset.shown;
    window.panelFields?.settle(input);
  }
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest && event.target.closest('.lookup-list [role="option"]');
  if (!option) return;
  event.preventDefault();
  const input = document.querySelector(`[aria-controls="${option.parentNode.id}"]`);
  choose(input, option);
});

/* A row to link to is made in a dialog: what was typed here stays. Without one, in a window. */
document.addEventListener("click", (event) => {
  const create = event.target.closest && event.target.closest("a[data-create]");
  if (!create || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (create.closest("dialog")) { window.open(create.href, "_blank", "noopener"); return; }
  panel.openDialog(create.href, (row) => link(create, row));
});

function link(create, row) {
  const id = String(row.id);
  const kept = create.closest(".lookup")?.querySelector('input[type="hidden"]');
  const select = create.parentNode.querySelector("select");
  if (kept) {
    const input = create.closest(".lookup").querySelector("[data-lookup-input]");
    kept.value = id;
    input.value = input.dataset.shown = row.title;
    kept.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  } else if (select) {
    select.add(new Option(row.title, id, true, true));
    select.value = id;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/* ------------------------------------------------------------- inline tables */
document.addEventListener("click", (event) => {
  const add = event.target.closest && event.target.closest("[data-inline-add]");
  if (!add) return;
  const table = add.closest("[data-inline]");
  const template = table.querySelector("template[data-inline-template]");
  const used = Array.from(table.querySelectorAll("[data-inline-row]"))
    .map((row) => Number(row.dataset.inlineRow.split(".").pop()))
    .filter((number) => Number.isInteger(number));
  const next = used.length ? Math.max(...used) + 1 : 0;
  const body = table.querySelector("tbody");
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__new__", String(next));
  const row = holder.content.querySelector("tr");
  body.append(row);
  withoutText(row);
  const first = row.querySelector("input:not([type=hidden]), select, textarea");
  if (first) first.focus();
  apply(add.form || table.closest("form"));
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-inline-remove]")) return;
  const row = event.target.closest("[data-inline-row]");
  // A row that was never saved simply goes; a saved one is struck through until the form is sent.
  if (event.target.checked && !row.querySelector('input[name$=".id"]')) {
    const form = event.target.form;
    row.remove();
    if (form) form.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  row.classList.toggle("pw-removed", event.target.checked);
});

/* ------------------------------------------------------------- conditions: show_when, require_when */
function valuesOf(form, prefix) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (!name.startsWith(prefix) || typeof value !== "string") continue;
    const key = name.slice(prefix.length);
    if (key in values && Array.isArray(values[key])) values[key].push(value);
    else if (key in values) values[key] = [values[key], value];
    else values[key] = value;
  }
  for (const key of Object.keys(values)) {
    if (!Array.isArray(values[key])) continue;
    // A switch sends "no" and then "yes"; ticked boxes send an empty text before what is ticked.
    const [first] = values[key];
    values[key] = first === "no" ? values[key][values[key].length - 1] : values[key].filter((each) => each !== "");
  }
  return values;
}

function apply(form) {
  if (!form) return;
  const known = new Map();
  form.querySelectorAll("[data-show], [data-require]").forEach((place) => {
    const row = place.closest("[data-inline-row]");
    const part = place.closest("[data-part]");
    const prefix = row ? row.dataset.inlineRow + "." : part ? part.dataset.part + "." : "";
    if (!known.has(prefix)) known.set(prefix, valuesOf(form, prefix));
    const values = known.get(prefix);
    if (place.dataset.show) show(place, evaluate(JSON.parse(place.dataset.show), values) === true);
    if (place.dataset.require) require(place, evaluate(JSON.parse(place.dataset.require), values) === true);
  });
}

function show(place, visible) {
  place.classList.remove("pw-not-yet");
  if (place.hidden === !visible) return;
  place.hidden = !visible;
  // A hidden control must not stop the form by being required or wrong.
  place.querySelectorAll("input, select, textarea").forEach((control) => {
    if (!visible && control.required) { control.dataset.required = "yes"; control.required = false; }
    else if (visible && control.dataset.required) { control.required = true; delete control.dataset.required; }
  });
}

function require(place, needed) {
  const mark = place.querySelector(".pw-required");
  if (mark) mark.hidden = !needed;
  const control = place.querySelector("input:not([type=hidden]):not([type=checkbox]), select, textarea");
  if (control && !place.hidden) control.required = needed;
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form || (event.target.matches && event.target.matches("form") ? event.target : null);
    if (form && form.method === "post") { apply(form); changed(form); }
  });
}

/* ------------------------------------------------------------- a driver brings a form of its own */
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || !form.dataset.driverUrl || !event.target.matches("[data-driver]")) return;
  const place = form.querySelector(`[data-settings-of="${CSS.escape(event.target.name)}"]`);
  if (!place) return;
  const url = new URL(form.dataset.driverUrl, location.href);
  url.searchParams.set("field", place.dataset.field);
  url.searchParams.set("driver", event.target.value);
  panel.fetch(url)
    .then((response) => { if (!response.ok) throw new Error(); return response.text(); })
    .then((html) => { place.querySelector("[data-driver-settings]").outerHTML = html; })
    .catch(() => panel.say(document.body.dataset.noSettings));
});

/* ------------------------------------------------------------- small aids: slugs */
function slug(text) {
  return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/ł/g, "l").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form || !event.target.name) return;
  form.querySelectorAll("[data-slug-of]").forEach((target) => {
    if (target.dataset.slugOf !== event.target.name.split(".")[0] || target.defaultValue || target.dataset.touched) return;
    target.value = slug(event.target.value).slice(0, target.maxLength > 0 ? target.maxLength : 80);
  });
  if (event.target.matches("[data-slug-of]")) event.target.dataset.touched = "yes";
});

/* ------------------------------------------------------------- warning before unsaved changes are lost */
const before = new WeakMap();

function written(form) {
  return JSON.stringify(Array.from(new FormData(form)).map(([name, value]) =>
    [name, typeof value === "string" ? value : value.name + value.size]).filter(([name]) => name !== "csrf_token"));
}

function changed(form) {
  const note = form.querySelector("[data-unsaved]");
  if (note && before.has(form)) note.hidden = written(form) === before.get(form);
}

function ready(scope) {
  withoutText(scope);
  scope.querySelectorAll('form[method="post"]').forEach((form) => {
    apply(form);
    if (form.dataset.guard && form.dataset.guard !== "token" && !before.has(form)) before.set(form, form.dataset.guard === "changed" ? "" : written(form));
  });
}

/* The first form with something typed that was not sent. */
panel.unsavedForm = (scope) => Array.from(scope.querySelectorAll("form[data-guard]"))
  .find((form) => !form.dataset.sent && before.has(form) && written(form) !== before.get(form));

window.addEventListener("beforeunload", (event) => {
  if (panel.unsavedForm(document)) event.preventDefault();
});

ready(document);
document.addEventListener("panel:added", (event) => ready(event.detail));
})();
