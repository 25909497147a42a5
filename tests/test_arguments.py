"""Arguments in the environment are those of Python, as one would write them."""

import inspect

import pytest

from lstm_helpers.data.arguments import NAMES, read_arguments
from lstm_helpers.data.corpus import read_corpus


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("", {}),
        (" ", {}),
        ("tag_scheme=IOB1", {"tag_scheme": "IOB1"}),
        (
            "tag_scheme=IOB1 strays=begin",
            {"tag_scheme": "IOB1", "strays": "begin"},
        ),
        (
            "tag_scheme='IOB1', word_column=-1,",
            {"tag_scheme": "IOB1", "word_column": "-1"},
        ),
        ('sentence_column="Sentence #"', {"sentence_column": "Sentence #"}),
        ("sentence_column='a=b, c'", {"sentence_column": "a=b, c"}),
        ("delimiter=';'", {"delimiter": ";"}),
        ("delimiter=;", {"delimiter": ";"}),
        ("delimiter=','", {"delimiter": ","}),
        (r"delimiter='\t'", {"delimiter": r"\t"}),
        (r"delimiter=\t", {"delimiter": r"\t"}),
        ("delimiter=' '\n encoding=cp1250", {"delimiter": " ", "encoding": "cp1250"}),
    ],
)
def test_arguments_are_read(given, wanted):
    assert read_arguments({"LSTM_CORPUS_OPTIONS": given}) == wanted
    assert read_arguments({}) == {}


@pytest.mark.parametrize(
    "given",
    [
        "IOB1",
        "tag_scheme",
        "tag_scheme=",
        "scheme=IOB1",
        "choice=gmb",
        "strays=begin strays=begin",
        "strays = begin",
        "strays='begin",
        "delimiter=,",
        "=",
    ],
)
def test_what_is_no_argument_is_answered_with_all_of_them(given):
    with pytest.raises(ValueError, match=r"^LSTM_CORPUS_OPTIONS: got ") as caught:
        read_arguments({"LSTM_CORPUS_OPTIONS": given})
    for name in NAMES:
        assert name in str(caught.value)


def test_they_are_those_of_the_reader():
    assert ("choice", *NAMES) == tuple(inspect.signature(read_corpus).parameters)
