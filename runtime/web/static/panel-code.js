/* The editor of code and JSON: CodeMirror over the textarea, which stays and is what the form sends. */
(() => {
"use strict";

const fields = window.panelFields;
const cm = window.codemirror;
const { make, words } = fields;
const root = document.documentElement;
const open = new Set();

/* Colours come from panel-fields.css by class, so that a change of the theme needs nothing here;
   the editor only has to be told which kind of theme it is. */
const isDark = () => root.getAttribute("data-bs-theme") === "dark";
const shade = () => cm.EditorView.theme({}, { dark: isDark() });

new MutationObserver(() => {
  for (const editor of open) {
    if (!editor.view.dom.isConnected) { editor.view.destroy(); open.delete(editor); continue; }
    editor.view.dispatch({ effects: editor.theme.reconfigure(shade()) });
  }
}).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });

/* Ctrl+F and its neighbours in the reader's language. */
function phrases() {
  return cm.EditorState.phrases.of(words.editor);
}

/* ------------------------------------------------------------- JSON */
/* Return where the text stops being JSON and what to say of it, null for JSON or nothing at all. */
function problemOf(state) {
  const text = state.doc.toString();
  if (!text.trim()) return null;
  try { JSON.parse(text); return null; } catch (error) {
    const at = positionOf(error, state, text);
    const line = state.doc.lineAt(at);
    return { at, text: fields.say("not_json", { line: line.number, column: at - line.from + 1 }) };
  }
}

function positionOf(error, state, text) {
  const named = /at position (\d+)/.exec(error.message);
  if (named) return Math.min(Number(named[1]), text.length);
  const tree = cm.ensureSyntaxTree(state, text.length, 300);
  let at = -1;
  if (tree) tree.iterate({ enter: (node) => { if (at < 0 && node.type.isError) at = node.from; } });
  return at >= 0 ? at : text.trimEnd().length;
}

function jsonSource(view) {
  const found = problemOf(view.state);
  if (!found) return [];
  const from = Math.min(found.at, Math.max(0, view.state.doc.length - 1));
  return [{ from, to: Math.min(from + 1, view.state.doc.length), severity: "error", message: found.text }];
}

/* ------------------------------------------------------------- the editor */
function extensionsFor(area, language, editor, note) {
  const support = cm.languages[language];
  const labels = { "aria-labelledby": area.labels[0]?.id || null, "aria-label": area.labels[0]?.id ? null : area.labels[0]?.textContent || language };
  const described = [area.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" ");
  const attributes = { id: area.id, "aria-describedby": described, spellcheck: "false", autocapitalize: "off", autocorrect: "off" };
  for (const [name, value] of Object.entries(labels)) if (value) attributes[name] = value;
  if (area.getAttribute("aria-invalid")) attributes["aria-invalid"] = "true";
  if (area.required) attributes["aria-required"] = "true";
  return [
    cm.EditorView.cspNonce.of(fields.nonce),
    editor.theme.of(shade()),
    phrases(),
    cm.lineNumbers(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(), cm.highlightSpecialChars(), cm.drawSelection(),
    cm.history(), cm.indentOnInput(), cm.bracketMatching(), cm.closeBrackets(), cm.highlightSelectionMatches(), cm.search({ top: true }),
    cm.EditorState.tabSize.of(2),
    cm.indentUnit.of("  "),
    cm.syntaxHighlighting(cm.classHighlighter),
    cm.keymap.of([...cm.closeBracketsKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.lintKeymap, ...cm.defaultKeymap, cm.indentWithTab]),
    cm.EditorView.contentAttributes.of(attributes),
    cm.EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      area.value = update.state.doc.toString();
      fields.changed(area, "input");
    }),
    support ? support() : [],
    language === "json" ? [cm.linter(jsonSource, { delay: 400 }), cm.lintGutter()] : [],
  ];
}

fields.openEditor = (area) => {
  const language = area.dataset.code;
  const note = make("div", { class: "field-code-note", id: `${area.id}-keys` }, words.tab_key);
  const editor = { area, language, theme: new cm.Compartment() };
  const rows = area.rows;
  const focused = document.activeElement === area;
  const extensions = extensionsFor(area, language, editor, note);
  editor.view = new cm.EditorView({ doc: area.value, extensions });
  // The editor writes the classes of its own element anew, so ours stand on one around it.
  const frame = make("div", { class: area.classList.contains("is-invalid") ? "field-code is-invalid" : "field-code" }, editor.view.dom);
  editor.view.scrollDOM.style.minBlockSize = `${Math.min(rows, 6) * 20 + 12}px`;
  for (const label of area.labels) label.addEventListener("click", () => editor.view.focus());
  area.id = `${area.id}-source`;
  area.hidden = true;
  area.after(frame, note);
  area.form?.addEventListener("reset", () => setTimeout(() => replace(editor.view, area.value)));
  open.add(editor);
  if (focused) editor.view.focus();
};

function replace(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/* Before a form is sent: the first editor of JSON that holds something else, its mark at the place. */
fields.checks.push((form) => {
  let wrong = null;
  for (const { area, language, view } of open) {
    if (area.form !== form || language !== "json") continue;
    const found = problemOf(view.state);
    const message = saying(view, found ? found.text : "");
    if (!found || wrong) continue;
    view.dispatch({ selection: { anchor: found.at }, scrollIntoView: true });
    const tab = view.dom.closest('[role="tabpanel"]');
    if (tab && tab.hidden) document.querySelector(`[aria-controls="${CSS.escape(tab.id)}"]`)?.click();
    wrong = { focus: () => view.focus(), scrollIntoView: (how) => message.scrollIntoView(how) };
  }
  return wrong;
});

function saying(view, text) {
  const id = `${view.contentDOM.id}-syntax`;
  let place = document.getElementById(id);
  if (!place) {
    place = make("div", { class: "pw-problem", id, role: "alert" });
    view.dom.parentNode.after(place);
  }
  place.textContent = text;
  place.hidden = !text;
  view.dom.parentNode.classList.toggle("is-invalid", Boolean(text));
  return place;
}
})();
