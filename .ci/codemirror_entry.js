// What the panel's editor needs of CodeMirror, bundled by vendor_assets.py as `window.codemirror`.
export { EditorState, Compartment } from "@codemirror/state";
export {
  EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, drawSelection,
} from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export {
  bracketMatching, ensureSyntaxTree, indentOnInput, indentUnit, syntaxHighlighting, StreamLanguage,
} from "@codemirror/language";
export { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
export { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
export { linter, lintGutter, lintKeymap } from "@codemirror/lint";
export { classHighlighter } from "@lezer/highlight";

import { StreamLanguage } from "@codemirror/language";
import { css } from "@codemirror/lang-css";
import { html } from "@codemirror/lang-html";
import { jinja } from "@codemirror/lang-jinja";
import { json } from "@codemirror/lang-json";
import { sql } from "@codemirror/lang-sql";
import { yaml } from "@codemirror/lang-yaml";
import { shell } from "@codemirror/legacy-modes/mode/shell";

/* Each makes the support of one language when it is first needed. */
export const languages = {
  css, html, json, sql, yaml,
  jinja: () => jinja({ base: html() }),
  shell: () => StreamLanguage.define(shell),
};
