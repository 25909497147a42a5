"""What several processes do is counted, and what more of them need is reckoned."""

import pytest

import measure_scale
from lstm_helpers.data import build_encoder, encode_sentences
from lstm_helpers.data.layouts import Sentence
from measure_scale import count_training, reckon

TRAIN = [Sentence(["a", "b"], ["O", "B-geo"])] * 3 + [Sentence(["c"], ["O"])]


@pytest.fixture
def by_hand():
    """Two batches: three sentences of two words, and one of one word."""
    rung = measure_scale.RUNG
    encoder = build_encoder(TRAIN, rung.features)
    words = encode_sentences(encoder, TRAIN).words
    longer = len(words[:6].unique())
    return longer, len(words[6:].unique()), rung.sizes["embedding_dim"]


def test_the_work_of_each_process_and_what_it_receives_are_counted(by_hand):
    longer, shorter, width = by_hand
    one = count_training(TRAIN, 1)
    assert one["strong_1_steps"] == 2
    assert (one["strong_1_efficiency"], one["strong_1_kilobytes_a_step"]) == (1.0, 0)
    two = count_training(TRAIN, 2)
    # words of the busiest: 4 of 6, then 1 of 1, where the other has none
    assert two["strong_2_efficiency"] == round(7 / (2 * (4 + 1)), 2)
    encoder = build_encoder(TRAIN, measure_scale.RUNG.features)
    model = measure_scale.build_tagger(
        measure_scale.RUNG.kind,
        encoder,
        head=measure_scale.RUNG.head,
        **measure_scale.RUNG.sizes,
    )
    dense = sum(p.numel() for p in model.parameters()) - encoder.n_rows * width
    rows = (longer + shorter) * (8 + 4 * width)
    wanted = (rows + 2 * 8 + 2 * 2 * 1 * 4 * dense // 2) / 2 / 1000
    assert two["strong_2_kilobytes_a_step"] == round(wanted)
    assert two["table_kilobytes"] == round(encoder.n_rows * width * 4 / 1000)


def test_more_cores_are_reckoned_from_one():
    found = reckon(
        {
            "one_worker_words_a_second": 250_000,
            "bytes_a_word": 4.0,
            "written_by_read": 1.5,
            "scheduler_parts_a_second": 500,
        }
    )
    assert found["billion_1_minutes"] == 66.67  # 4000 seconds
    assert found["trillion_1000_hours"] == 1.11
    assert found["10_read_megabytes_a_second"] == 10.0
    assert found["100_written_megabytes_a_second"] == 150.0
    assert found["billion_gigabytes"] == 4.0
    assert found["billion_parts"] == 60  # of 67 MB each, 59.6
    assert found["part_seconds"] == 67
    assert found["scheduler_cores_of_small_parts"] == round(500 * 1_048_576 / 1e6)
    assert found["scheduler_cores_of_parts"] == round(500 * 67_108_864 / 1e6)
