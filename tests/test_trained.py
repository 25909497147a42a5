"""Tags and probabilities of sentences: in their order, whatever the batches are."""

import copy
import itertools

import numpy as np
import pytest
import torch
from builders import TAGGER, small_pool

from lstm_helpers.data.layouts import Sentence
from lstm_helpers.models.saving import SAMPLE_TAGGER, load_tagger
from lstm_helpers.models.trained import (
    predict_probabilities,
    predict_surely,
    predict_tags,
)

SENTENCES = [
    Sentence(text.split())
    for text in ("Pell", "Verda in May", "in Lake Verda", "São .", "Pell in May .", ".")
]


@pytest.fixture(params=["words alone", "a pool with a CRF"])
def tagger(request):
    if request.param == "words alone":
        return TAGGER
    torch.manual_seed(1)
    pool = small_pool()
    for parameter in pool.model.parameters():
        torch.nn.init.normal_(parameter)
    return pool


@pytest.mark.parametrize("batch_size", [1, 2, 256])
def test_probabilities_do_not_depend_on_batch_size_or_order(tagger, batch_size):
    alone = [predict_probabilities(tagger, [s])[0] for s in SENTENCES]
    for step in (1, -1):
        some = SENTENCES[::step]
        got = predict_probabilities(tagger, some, batch_size=batch_size)
        for rows, wanted, sentence in zip(got, alone[::step], some, strict=True):
            assert rows.shape == (len(sentence.words), len(tagger.encoder.tags))
            assert rows.dtype == np.float32
            np.testing.assert_allclose(rows, wanted, atol=1e-6)
            np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)


def test_probabilities_are_the_models_own(tagger):
    [rows] = predict_probabilities(tagger, SENTENCES[1:2])
    words = tagger.encoder.encode_words(SENTENCES[1].words).unsqueeze(1)
    with torch.no_grad():
        wanted = tagger.model.probabilities(words)[:, 0]
    np.testing.assert_allclose(rows, wanted, atol=1e-6)


def test_nothing_gives_nothing(tagger):
    assert predict_tags(tagger, []) == predict_probabilities(tagger, []) == []
    with pytest.raises(ValueError, match="sentence 1: got 0 words"):
        predict_tags(tagger, [SENTENCES[0], Sentence([])])


def test_any_iterable_of_sentences_is_taken(tagger):
    assert predict_tags(tagger, iter(SENTENCES)) == predict_tags(tagger, SENTENCES)


def test_the_most_probable_tag_is_the_predicted_one_word_by_word(sample):
    tagger, sentences = load_tagger(SAMPLE_TAGGER), sample.sentences[:50]
    probs = predict_probabilities(tagger, sentences)
    tags = [tagger.encoder.decode_tags(rows.argmax(axis=1)) for rows in probs]
    assert tags == predict_tags(tagger, sentences)


def test_the_model_is_left_in_evaluation_mode(tagger):
    tagger.model.train()
    predict_tags(tagger, SENTENCES)
    assert not tagger.model.training


@pytest.mark.parametrize("predict", [predict_tags, predict_probabilities])
def test_what_is_no_trained_tagger_or_no_sentence_is_named(tagger, predict):
    with pytest.raises(
        TypeError, match=r"Tagger, wanted TrainedTagger\(model, encoder"
    ):
        predict(tagger.model, SENTENCES)
    with pytest.raises(TypeError, match="got str among them, wanted Sentences"):
        predict(tagger, "Pell left")


def test_what_is_more_probable_than_not_is_predicted_unless_the_best_path_is_wanted():
    torch.manual_seed(0)
    pool = small_pool()
    for parameter in pool.model.parameters():
        torch.nn.init.normal_(parameter)
    words = ["Pell", "Verda", "in", "Lake", "May", "."]
    some = [Sentence(list(order)) for order in itertools.permutations(words, 5)]
    by_mentions, by_path = (
        predict_tags(pool, some, best_path=wanted) for wanted in (False, True)
    )
    assert by_mentions != by_path
    assert predict_tags(pool, some) == by_mentions
    for options, wanted in (({}, by_mentions), ({"best_path": True}, by_path)):
        judged = predict_surely(pool, some, **options)
        assert [[tag for tag, _ in sentence] for sentence in judged] == wanted
    for sentence, tags in zip(predict_surely(pool, some), by_mentions, strict=True):
        assert all(0 <= p <= 1 for _, p in sentence)
        assert all(p > 0.5 for (tag, p) in sentence if tag != "O"), tags


def test_scores_that_are_not_finite_are_refused():
    tagger = copy.deepcopy(TAGGER)
    with torch.no_grad():
        tagger.model.hidden2tag.weight.fill_(3e38)
        for name, weights in tagger.model.lstm.named_parameters():
            weights.fill_(100 if "bias" in name else 0)  # all that comes out is 0.76
    for predict in (predict_tags, predict_surely, predict_probabilities):
        with pytest.raises(ValueError, match="scores not finite, wanted finite numb"):
            predict(tagger, [Sentence(["Pell"])])
