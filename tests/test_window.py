"""What a window adds up."""

import pytest
import torch

from lstm_helpers.data.encoding import build_encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.models.window import SummedEmbedding, Window

TAGS = ["O", "B-geo", "I-geo"]
TRAIN = [Sentence(list(text), TAGS) for text in ("aBc", "cab")]
LOOKS = build_encoder(TRAIN, ("lower", "suffix2", "shape"), min_count=1)


def build_window():
    torch.manual_seed(0)
    window = Window(LOOKS.n_rows, len(TAGS), [1, 3], 11)
    torch.nn.init.normal_(window.table.weight)
    return window


def test_a_summed_embedding_is_the_sum_of_its_rows():
    table = SummedEmbedding(7, 3)
    ids = torch.randint(7, (5, 2, 4), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(table(ids), table.weight[ids].sum(dim=2))
    table(ids).sum().backward()
    assert table.weight.grad.is_sparse


def test_an_untrained_window_scores_nothing():
    window = Window(LOOKS.n_rows, len(TAGS), [1], 11)
    assert not window(LOOKS.encode_words(list("aBc")).unsqueeze(1)).any()


def scores_by_hand(window, ids):
    """Add up a window's scores word by word, id by id."""
    T, B, F = ids.shape
    rows = window.table.weight.detach()
    scores = torch.zeros(T, B, rows.shape[1])
    for b in range(B):
        padded = torch.cat(
            [
                torch.full((2, F), LOOKS.n_rows),
                ids[:, b],
                torch.full((2, F), LOOKS.n_rows + 1),
            ]
        )
        for t in range(T):
            for place in range(5):
                for column in range(F):
                    word = padded[t + place, column]
                    scores[t, b] += rows[place * (LOOKS.n_rows + 2) + word]
                    if place and column in (1, 3):
                        before = padded[t + place - 1, column]
                        key = (before * 1_000_003 + word) * 31 + place
                        scores[t, b] += rows[5 * (LOOKS.n_rows + 2) + key % 11]
    return scores


@pytest.mark.parametrize("T", [1, 2, 3, 6])
def test_a_windows_scores_are_added_up_by_place(T):
    window = build_window()
    ids = LOOKS.encode_words(list("aBcXabBacXcb"[: 2 * T])).view(T, 2, -1)
    torch.testing.assert_close(window(ids), scores_by_hand(window, ids))


def test_a_window_reaches_two_words_and_no_further():
    window = build_window()
    ids = LOOKS.encode_words(list("aBcabcab")).unsqueeze(1)
    changed = ids.clone()
    changed[3] = LOOKS.encode_words(["X"])
    differs = (window(ids) != window(changed)).any(dim=2).flatten()
    assert differs.nonzero().flatten().tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("wrong", [{"n_buckets": 0}, {"reach": 0}])
def test_a_window_without_rows_or_words_is_refused(wrong):
    with pytest.raises(ValueError, match=r"window: got .*, wanted at least 1 of each"):
        Window(12, 5, [0], **{"n_buckets": 5, **wrong})
    Window(12, 5, [0], **dict.fromkeys(("n_buckets", "reach"), 1))


def test_pairs_are_of_ids_that_a_word_has():
    ids = LOOKS.encode_words(list("aBc")).unsqueeze(1)
    with pytest.raises(
        ValueError, match=r"paired: got \[1, 4\], wanted places of .* 4"
    ):
        Window(LOOKS.n_rows, len(TAGS), [1, 4], 11)(ids)
    with pytest.raises(ValueError, match=r"paired: got \[-1\], wanted different"):
        Window(LOOKS.n_rows, len(TAGS), [-1], 11)
