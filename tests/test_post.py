"""The blog post's system: as it was, warts and all."""

import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

from lstm_helpers import post
from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.metrics import weighted_token_f1
from lstm_helpers.models.taggers import LSTMTagger
from lstm_helpers.post import (
    SentenceGetter,
    index_words_and_tags,
    predict,
    prepare_sequence,
    read_table,
    reproduce,
    swapped_token_f1,
    train_once,
)

THREE = [
    (["Pell", "saw", "Lake", "Verda"], ["B-per", "O", "B-geo", "I-geo"]),
    (["It", "rained"], ["O", "O"]),
    (["Pell", "left"], ["B-per", "O"]),
]
X, Y = map(list, zip(*THREE, strict=True))


@pytest.fixture
def table(tmp_path):
    rows = ["Sentence #,Word,POS,Tag"]
    for number in range(1, 13):
        rows += [f"Sentence: {number},word{number},NN,O", ",None,NN,B-per"]
    rows += [",NA,NN,I-per", ",nan,NN,O", ",São,NN,O"]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(rows), "ISO-8859-1")
    return read_table(path)


def build_tagger():
    torch.manual_seed(0)
    word_to_ix, tag_to_ix = index_words_and_tags(THREE)
    model = LSTMTagger(4, 3, len(word_to_ix), len(tag_to_ix))
    return model, word_to_ix, tag_to_ix


def test_every_row_has_its_sentences_label_and_every_word_survives(table):
    assert table["Sentence #"].tolist()[:4] == ["Sentence: 1"] * 2 + ["Sentence: 2"] * 2
    assert table["Word"].tolist()[-5:] == ["word12", "None", "NA", "nan", "São"]
    assert not table.isna().any(axis=None)


def test_sentences_stand_in_text_order(table):
    words = [words[0] for words, _ in SentenceGetter(table).sentences]
    assert words == [f"word{n}" for n in (1, 10, 11, 12, 2, 3, 4, 5, 6, 7, 8, 9)]


def test_sentences_are_words_and_tags(table):
    first, *_ = SentenceGetter(table).sentences
    assert first == (["word1", "None"], ["O", "B-per"])


def test_get_next_counts_from_one_and_ends_with_none(table):
    getter = SentenceGetter(table)
    for number in range(1, 13):
        words, tags = getter.get_next()
        assert words[:2] == [f"word{number}", "None"]
        assert tags[:2] == ["O", "B-per"]
    assert getter.get_next() is None
    assert getter.get_next() is None


def test_words_and_tags_are_numbered_as_they_come():
    words, tags = index_words_and_tags(THREE)
    assert list(words) == ["Pell", "saw", "Lake", "Verda", "It", "rained", "left"]
    assert list(tags) == ["B-per", "O", "B-geo", "I-geo"]
    assert list(words.values()) == list(range(7))
    assert list(tags.values()) == list(range(4))


def test_a_new_word_is_a_key_error():
    ids = prepare_sequence(["b", "a", "b"], {"a": 0, "b": 1})
    assert ids.tolist() == [1, 0, 1]
    assert ids.dtype == torch.long
    with pytest.raises(KeyError, match="Rome"):
        prepare_sequence(["a", "Rome"], {"a": 0, "b": 1})


def test_an_epoch_equals_its_steps_by_hand_bit_for_bit():
    model, word_to_ix, tag_to_ix = build_tagger()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = train_once(model, optimizer, X, Y, word_to_ix, tag_to_ix, disable=True)

    by_hand, *_ = build_tagger()
    losses = []
    for words, tags in THREE:
        scores = by_hand(torch.tensor([word_to_ix[word] for word in words]))
        step_loss = F.nll_loss(scores, torch.tensor([tag_to_ix[tag] for tag in tags]))
        weights = list(by_hand.parameters())
        for weight, gradient in zip(
            weights, torch.autograd.grad(step_loss, weights), strict=True
        ):
            weight.data.add_(gradient, alpha=-0.1)
        losses.append(step_loss.item())

    assert loss == sum(losses) / 3
    assert all(map(torch.equal, model.parameters(), by_hand.parameters()))


def test_the_best_tag_of_each_word_is_predicted():
    model, word_to_ix, tag_to_ix = build_tagger()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for _ in range(60):
        train_once(model, optimizer, X, Y, word_to_ix, tag_to_ix, disable=True)
    assert predict(model, X, word_to_ix, tag_to_ix) == Y


def test_the_posts_score_is_the_swapped_one():
    gold, predicted = [["O", "O", "O"], ["B-geo"]], [["O", "O", "B-geo"], ["B-geo"]]
    flat = ["O", "O", "O", "B-geo"], ["O", "O", "B-geo", "B-geo"]
    right, swapped = (
        f1_score(*pair, average="weighted") for pair in (flat, flat[::-1])
    )
    assert right != pytest.approx(swapped)
    assert weighted_token_f1(gold, predicted) == pytest.approx(right)
    assert swapped_token_f1(gold, predicted) == pytest.approx(swapped)


def test_saying_o_to_everything_scores_high_when_swapped():
    gold = [["O"] * 85 + ["B-geo"] * 15]
    assert swapped_token_f1(gold, [["O"] * 100]) == pytest.approx(2 * 85 / 185)


@pytest.fixture
def few(sample, tmp_path):
    """The first lines of the bundled corpus, as a file."""
    lines = sample.path.read_bytes().splitlines(keepends=True)
    path = tmp_path / "few.csv"
    path.write_bytes(b"".join(lines[:8000]))
    return path


def test_the_posts_seed_sizes_rate_and_split_are_reproduced(few):
    sentences = SentenceGetter(read_table(few)).sentences
    train, _ = train_test_split(sentences, test_size=0.33, random_state=0)
    word_to_ix, tag_to_ix = index_words_and_tags(sentences)
    torch.manual_seed(1)
    model = LSTMTagger(32, 32, len(word_to_ix), len(tag_to_ix))
    optimiser, total = torch.optim.SGD(model.parameters(), lr=0.1), 0.0
    for words, tags in train:
        optimiser.zero_grad()
        scores = model(torch.tensor([word_to_ix[word] for word in words]))
        loss = F.nll_loss(scores, torch.tensor([tag_to_ix[tag] for tag in tags]))
        loss.backward()
        optimiser.step()
        total += loss.item()
    [row] = reproduce(few, epochs=1)
    assert row["loss"] == pytest.approx(total / len(train), rel=1e-6)


def test_reproducing_yields_the_documented_scores_once_an_epoch(few):
    [row] = reproduce(few, epochs=1)
    assert list(row) == [
        "epoch",
        "loss",
        "entity_f1",
        "weighted_f1",
        "swapped_f1",
        "train_seconds",
    ]
    assert row["epoch"] == 1
    assert 0 <= row["entity_f1"] < row["weighted_f1"] < row["swapped_f1"] < 1


@pytest.mark.slow
def test_one_epoch_on_the_real_corpus_gives_the_known_scores(gmb):
    [row] = reproduce(gmb.path, epochs=1)
    assert row["entity_f1"] == pytest.approx(0.597, abs=0.01)
    assert row["weighted_f1"] == pytest.approx(0.906, abs=0.01)


def test_the_command_prints_a_row_for_each_epoch(tmp_path, monkeypatch, capsys):
    asked = []

    def reproduce(path, epochs):
        asked.append((path, epochs))
        for epoch in range(1, epochs + 1):
            yield dict.fromkeys(
                ("loss", "entity_f1", "weighted_f1", "swapped_f1"), 0.25 * epoch
            ) | {"epoch": epoch, "train_seconds": 12.34}

    monkeypatch.setattr(post, "reproduce", reproduce)
    post.main(["--corpus", "sample", "--epochs", "2"])
    header, *rows = capsys.readouterr().out.splitlines()
    assert asked == [(read_corpus("sample").path, 2)]
    wanted = "epoch loss entity F1 weighted F1 as the post prints it seconds"
    assert " ".join(header.split()) == wanted
    assert [row.split() for row in rows] == [
        ["1", "0.2500", "0.250", "0.250", "0.250", "12.3"],
        ["2", "0.5000", "0.500", "0.500", "0.500", "12.3"],
    ]
