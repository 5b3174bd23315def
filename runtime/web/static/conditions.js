// Evaluates the conditions of show_when and require_when while someone fills in a form.
// The trees and their grammar come from config/expressions/browser.py; no text is ever run as code.
// The server enforces the same conditions: what is decided here is only what is shown.
"use strict";

(function (root) {
  // Numbers are whole counts of 10^-12: exact, and finer than any decimal field.
  const UNIT = 10n ** 12n;
  const WRITTEN = /^([+-]?)(\d+)(?:[.,](\d{1,12}))?$/;
  const YES = new Set([true, "true", "yes", "on", "1"]);

  function number(text) {
    const match = text === null ? null : WRITTEN.exec(String(text).trim());
    if (!match) return null;
    const size = BigInt(match[2]) * UNIT + BigInt((match[3] || "").padEnd(12, "0"));
    return match[1] === "-" ? -size : size;
  }

  // What the form has for a field: a text, a list of keys or yes/no; null when it is empty.
  function field(name, values) {
    const value = Object.hasOwn(values, name) ? values[name] : null;
    const empty = value === undefined || value === "" || (Array.isArray(value) && !value.length);
    return empty ? null : value;
  }

  const valuesOf = {
    field: ([name], values) => {
      const value = field(name, values);
      return value === null ? null : String(value);
    },
    number: ([value], values) => number(valueOf(value, values)),
    truth: ([condition], values) => evaluate(condition, values),
    choose: ([test, yes, no], values) => valueOf(evaluate(test, values) ? yes : no, values),
    "+": (operands, values) => calculated(operands, values, (a, b) => a + b),
    "-": (operands, values) => calculated(operands, values, (a, b) => a - b),
    "*": (operands, values) => calculated(operands, values, (a, b) => (a * b) / UNIT),
  };

  function valueOf(tree, values) {
    return Array.isArray(tree) ? valuesOf[tree[0]](tree.slice(1), values) : tree;
  }

  function calculated(operands, values, operation) {
    const [left, right] = operands.map((operand) => valueOf(operand, values));
    return left === null || right === null ? null : operation(left, right);
  }

  // A comparison with nothing on either side does not hold, whatever its sign.
  function compared(operation) {
    return (operands, values) => calculated(operands, values, operation) === true;
  }

  function among([item, texts], values) {
    const value = valueOf(item, values);
    if (value === null) return null;
    return texts.some((text) => (typeof value === "bigint" ? number(text) : text) === value);
  }

  function has([item, [, name]], values) {
    const value = valueOf(item, values);
    return value === null ? null : [field(name, values) ?? []].flat().includes(value);
  }

  const conditions = {
    and: (operands, values) => operands.every((operand) => evaluate(operand, values)),
    or: (operands, values) => operands.some((operand) => evaluate(operand, values)),
    not: ([operand], values) => !evaluate(operand, values),
    if: ([test, yes, no], values) => evaluate(evaluate(test, values) ? yes : no, values),
    yes: ([[, name]], values) => YES.has(field(name, values)),
    null: ([value], values) => valueOf(value, values) === null,
    in: (operands, values) => among(operands, values) === true,
    "not in": (operands, values) => among(operands, values) === false,
    has: (operands, values) => has(operands, values) === true,
    "has not": (operands, values) => has(operands, values) === false,
    "==": compared((a, b) => a === b),
    "!=": compared((a, b) => a !== b),
    "<": compared((a, b) => a < b),
    "<=": compared((a, b) => a <= b),
    ">": compared((a, b) => a > b),
    ">=": compared((a, b) => a >= b),
  };

  // `values`: field name -> text, list of keys, true, false or null. Returns true or false.
  function evaluate(tree, values) {
    return Array.isArray(tree) ? conditions[tree[0]](tree.slice(1), values) : tree === true;
  }

  root.evaluate = evaluate;
})(typeof module === "object" ? module.exports : (window.conditions = {}));
