"""Sentences are told from what is none."""

import pytest

from lstm_helpers.data.sentences import Sentence, check_sentences


def test_a_corpus_is_no_list_of_sentences(sample):
    check_sentences("train", sample.sentences)
    for wrong in (sample, "Pell", [sample.sentences[0], ["Pell"]]):
        with pytest.raises(
            TypeError, match=r"^train: got .*, such as corpus\.sentences"
        ):
            check_sentences("train", wrong)


def test_a_sentence_may_have_words_alone():
    assert Sentence(["a"]) == (["a"], (), (), "")
