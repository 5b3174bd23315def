"""The only code that reads or writes rows for a person; see gate.py."""

from runtime.records.errors import (
    Conflict,
    Forbidden,
    MoveRefused,
    NotFound,
    RecordError,
    Reference,
    StillReferenced,
    ValidationFailed,
)
from runtime.records.gate import Records
from runtime.records.values import (
    AvailableMove,
    BulkResult,
    Change,
    ChildEdit,
    Choice,
    Count,
    Decision,
    Filter,
    ImportResult,
    ListQuery,
    Page,
    Record,
    Title,
)

__all__ = [
    "AvailableMove", "BulkResult", "Change", "ChildEdit", "Choice", "Conflict", "Count",
    "Decision", "Filter", "Forbidden", "ImportResult", "ListQuery", "MoveRefused", "NotFound",
    "Page", "Record", "RecordError", "Records", "Reference", "StillReferenced", "Title",
    "ValidationFailed",
]
