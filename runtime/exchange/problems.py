"""Why a file cannot be read as a table."""

from __future__ import annotations

from config.texts.sentence import Sentence


class FileProblem(Exception):
    """The file is no table that can be read; `sentence` says where and what to do.

    `about` is the choice that may mend it: `file`, `encoding` or `delimiter`.
    """

    def __init__(self, message: str, about: str = "file", **values: object) -> None:
        self.sentence = Sentence(message, **values)
        self.about = about
        super().__init__(self.sentence)
