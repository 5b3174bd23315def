/* Lists that are searched by typing (comboboxes after WAI-ARIA 1.2): long selects and icons.
   The control that the server made stays and is what the form sends. */
(() => {
"use strict";

const fields = window.panelFields;
const { make, words } = fields;

/* ------------------------------------------------------------- one list below an input */
let count = 0;

/* `source(text)` gives the entries for what was typed: {value, nodes, group?}; `choose(entry)` takes one. */
function combobox(input, { source, choose, css = "" }) {
  const list = make("div", { class: `field-list ${css}`, role: "listbox", id: `field-list-${count += 1}`, popover: "manual" });
  list.setAttribute("aria-label", words.choices);
  const status = make("span", { class: "field-unseen", role: "status" });
  input.after(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, spellcheck: "false",
  })) input.setAttribute(name, value);

  let entries = [];
  let asked = 0;
  const isOpen = () => list.matches(":popover-open");
  const options = () => list.querySelectorAll('[role="option"]');
  const marked = () => list.querySelector('[aria-selected="true"]');

  function mark(option) {
    marked()?.setAttribute("aria-selected", "false");
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function place() {
    const box = input.getBoundingClientRect();
    const below = innerHeight - box.bottom - 8;
    const above = box.top - 8;
    const upwards = below < 200 && above > below;
    list.style.maxBlockSize = `${Math.min(320, Math.max(120, upwards ? above : below))}px`;
    list.style.inlineSize = `${Math.max(box.width, Math.min(260, innerWidth - 16))}px`;
    list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - list.offsetWidth - 8))}px`;
    const top = upwards ? box.top - list.offsetHeight - 3 : box.bottom + 3;
    // The page may have grown above the input, which then stands outside the window.
    list.style.top = `${Math.max(8, Math.min(top, innerHeight - list.offsetHeight - 8))}px`;
  }

  function draw(found, current) {
    entries = found.entries;
    let group = "";
    const nodes = [];
    entries.forEach((entry, index) => {
      if (entry.group && entry.group !== group) nodes.push(make("div", { class: "field-list-group", role: "presentation" }, entry.group));
      group = entry.group || group;
      const option = make("div", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false", "data-index": String(index) });
      option.append(...entry.nodes());
      nodes.push(option);
    });
    const note = entries.length ? found.note : words.nothing;
    if (note) nodes.push(make("div", { class: "field-list-note", role: "presentation" }, note));
    list.replaceChildren(...nodes);
    status.textContent = note && !entries.length ? note : fields.say("found", { count: entries.length });
    if (!isOpen()) { input.scrollIntoView({ block: "nearest" }); list.showPopover(); }
    input.setAttribute("aria-expanded", "true");
    place();
    const at = entries.findIndex((entry) => entry.value === current);
    mark(options()[at >= 0 ? at : 0]);
  }

  async function open(text, current) {
    const mine = asked += 1;
    const found = await source(text);
    if (mine === asked && document.activeElement === input) draw(found, current);
  }

  function close() {
    asked += 1;
    if (isOpen()) list.hidePopover();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    status.textContent = "";
  }

  function take(option) {
    const entry = option && entries[Number(option.dataset.index)];
    close();
    if (entry) choose(entry);
  }

  function step(by) {
    const all = Array.from(options());
    const at = all.indexOf(marked());
    if (all.length) mark(all[Math.max(0, Math.min(all.length - 1, at + by))]);
  }

  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key in STEPS) {
      event.preventDefault();
      if (isOpen()) step(STEPS[event.key]); else open("", input.dataset.current);
    } else if (event.key === "Enter" && isOpen()) {
      event.preventDefault();
      take(marked());
    } else if (event.key === "Escape" && isOpen()) {
      // One key for one thing: the dialog around it stays open.
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("click", () => { if (!isOpen()) open("", input.dataset.current); });
  input.addEventListener("focusout", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest('[role="option"]')));
  addEventListener("scroll", (event) => { if (isOpen() && event.target !== list) place(); }, { capture: true, passive: true });
  addEventListener("resize", () => { if (isOpen()) place(); });
  // An editor that loads late, or a message that appears, moves the input without any scrolling.
  new ResizeObserver(() => { if (isOpen()) place(); }).observe(document.body);
  return { open, close };
}

/* ------------------------------------------------------------- long selects */
function plain(text) {
  return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[łøđðħŧıŋßæœþ]/g, (letter) => STROKES[letter]).replace(/[_/()–-]/g, " ");
}

/* Letters that do not fall apart into a plain one and a mark. */
const STROKES = { "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th" };

/* Entries that hold every word; those whose words begin so come first. */
function matching(select, text) {
  const parts = plain(text).split(/\s+/).filter(Boolean);
  const found = [];
  for (const option of select.options) {
    if (!option.value) continue;
    const said = ` ${plain(`${option.text} ${option.value} ${option.dataset.words || ""}`)}`;
    if (!parts.every((part) => said.includes(part))) continue;
    const rank = !parts.length ? 0 : said.startsWith(` ${parts[0]}`) ? 0 : parts.every((part) => said.includes(` ${part}`)) ? 1 : 2;
    const group = parts.length ? "" : option.closest("optgroup")?.label || "";
    found.push({ value: option.value, text: option.text, nodes: () => [option.text], group, rank });
  }
  return found.sort((one, other) => one.rank - other.rank);
}

fields.openSelect = (select) => {
  const shown = make("input", { type: "text", class: "form-select field-select", id: select.id, placeholder: words.type_to_search });
  for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) if (select.hasAttribute(name)) shown.setAttribute(name, select.getAttribute(name));
  if (select.classList.contains("is-invalid")) shown.classList.add("is-invalid");
  if (select.required) shown.setAttribute("aria-required", "true");
  const focused = document.activeElement === select;
  // The label and links to problems lead to what a person types into.
  select.id = `${select.id}-list`;
  select.classList.add("field-unseen");
  select.tabIndex = -1;
  select.setAttribute("aria-hidden", "true");
  const box = make("div", { class: "field-select-box" });
  select.replaceWith(box);
  box.append(shown, select);

  const optional = Array.from(select.options).some((option) => !option.value);
  const show = () => {
    fields.settle(shown);
    const option = select.selectedOptions[0];
    shown.value = option && option.value ? option.text : "";
    shown.dataset.current = select.value;
    if (shown.value) shown.title = shown.value; else shown.removeAttribute("title");
  };
  const pick = (value) => {
    if (select.value !== value) { select.value = value; fields.changed(select, "input", "change"); }
    show();
  };
  const list = combobox(shown, {
    source: async (text) => ({ entries: matching(select, text) }),
    choose: (entry) => { pick(entry.value); shown.select(); },
  });
  show();
  select.addEventListener("change", show);
  select.form?.addEventListener("reset", () => setTimeout(show));
  shown.addEventListener("focus", () => shown.select());
  shown.addEventListener("input", () => list.open(shown.value, null));
  // Half a word is no choice, and the earlier one is not taken silently; nothing at all is one.
  shown.addEventListener("focusout", () => {
    const text = shown.value.trim();
    if (!text && optional) { pick(""); return; }
    const option = select.selectedOptions[0];
    if (!text || (option && option.value && option.text === text)) { show(); return; }
    const found = matching(select, text);
    const same = found.filter((entry) => plain(entry.text) === plain(text));
    if (same.length === 1) pick(same[0].value); else fields.unsettled(shown, found.length > 0);
  });
  shown.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown.dataset.unsettled) { event.preventDefault(); event.stopPropagation(); show(); }
  });
  if (focused) shown.focus();
};

/* ------------------------------------------------------------- icons */
fields.openIcons = (input) => {
  const drawing = input.parentNode.querySelector(".icon-drawn");
  let typing = null;
  const show = (svg) => { if (drawing) drawing.innerHTML = svg; };
  const source = async (text) => {
    try {
      const answer = await fields.ask("icons", { q: text });
      const exact = answer.items.find((item) => item.id === input.value.trim());
      show(exact ? exact.svg : "");
      const entries = answer.items.map((item) => ({ value: item.id, svg: item.svg, nodes: () => [drawn(item.svg), make("span", {}, item.id)] }));
      return { entries, note: answer.more ? words.type_on : "" };
    } catch { return { entries: [], note: words.offline }; }
  };
  const list = combobox(input, {
    source,
    css: "field-icons",
    choose: (entry) => { input.value = entry.value; input.dataset.current = entry.value; show(entry.svg); fields.changed(input, "input", "change"); list.close(); clearTimeout(typing); },
  });
  input.dataset.current = input.value;
  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => list.open(input.value, input.value), 160);
  });
  if (drawing) drawing.addEventListener("click", () => input.focus());
};

/* The drawings are our own files; names come as text. */
function drawn(svg) {
  const holder = make("span", { class: "field-icon", "aria-hidden": "true" });
  holder.innerHTML = svg;
  return holder;
}
})();
