"""What is told of an import is kept so that each reader has it in their own language."""

import json

import pytest

from config.texts.sentence import ENGLISH, Named, Sentence, joined, worded
from generator.fields.formats import Number
from runtime.exchange.kept_texts import TEXT_MAX, column_text, kept, of_column, recalled


class Polish:
    """Sets what was translated between angle brackets."""

    locale = "pl"

    def __call__(self, text):
        return f"<{text}>"

    def label(self, text):
        return text

    def plural(self, one, many, count):
        return f"<{one if count == 1 else many}>"


SENTENCES = [
    Sentence("Enter a value."),
    Sentence("At most {max} characters.", max=40),
    Sentence.counted("{count} row.", "{count} rows.", count=1, name="x"),
    Sentence("{field}: {message}", field="name", message=Sentence("Enter {what}.", what="it")),
    Sentence("{rows} rows", rows=Number(12345)),
    Sentence("Needed by {name}", name=Named({"": "Client", "pl": "Klient"}, "client")),
    joined([Sentence("One."), Sentence("Two.")]),
]


@pytest.mark.parametrize("text", SENTENCES, ids=str)
def test_a_sentence_comes_back_to_be_said_in_any_language(text):
    data = json.loads(json.dumps(kept(text)))
    column = of_column(column_text(text, ENGLISH))

    for again in (recalled(data), column):
        assert again == text
        assert worded(again, Polish()) == worded(text, Polish())


@pytest.mark.parametrize("text", ["Podaj wartość.", '{"say": broken', "", '{"say": 3'])
def test_a_plain_text_stays_as_it_is(text):
    assert of_column(column_text(text, ENGLISH)) == text
    assert recalled(kept(text)) == text


def test_a_sentence_too_long_to_be_kept_is_said_at_once():
    text = Sentence("Needed by {rows}", rows="x" * 980)

    stored = column_text(text, Polish())

    assert stored is not None
    assert len(stored) <= TEXT_MAX
    assert of_column(stored) == f"<Needed by {'x' * 980}>"[:TEXT_MAX]
