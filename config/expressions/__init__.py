"""The expression language: parsed once, checked against the entities, compiled three times.

    text ── parse ──> syntax tree ── check ──> typed tree ──┬── compile_python   (python.py)
                                                            ├── to_browser       (browser.py)
                                                            └── compile_sql      (generator/sql.py)

Codes of `ExpressionError`, each explained in docs/expressions.md:

bad-expression     the text is not an expression of this language
expression-limit   too long, too deep, too many parts, too many digits
ambiguous-logic    `and` beside `or` without parentheses
unknown-name       no such field, variable or setting here
unknown-function   no such function, or no such method of a collection
unknown-choice     a text that is none of the keys of the choice beside it
expression-type    types that do not go together, or not the type that the key needs
not-in-sql         fine in Python, but the key is evaluated by the database
pick-cycle         the condition of a picked row asks for that row again
"""

from config.expressions.browser import to_browser
from config.expressions.errors import ExpressionError
from config.expressions.expression import Expression, check
from config.expressions.python import Env, compile_python
from config.expressions.scope import Pick, Schema, Scope
from config.expressions.syntax import Node, parse
from config.expressions.types import (
    ANY_RECORD,
    BOOLEAN,
    CHOICE,
    CHOICES,
    COLLECTION,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    MOMENT,
    MONEY,
    NULL,
    OPAQUE,
    RATE,
    RECORD,
    SET,
    TEXT,
    Type,
)

__all__ = [
    "ANY_RECORD", "BOOLEAN", "CHOICE", "CHOICES", "COLLECTION", "DATE", "DECIMAL", "DURATION",
    "INTEGER", "MOMENT", "MONEY", "NULL", "OPAQUE", "RATE", "RECORD", "SET", "TEXT", "Env",
    "Expression", "ExpressionError", "Node", "Pick", "Schema", "Scope", "Type", "check",
    "compile_python", "parse", "to_browser",
]
