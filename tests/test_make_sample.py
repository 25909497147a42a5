import re
from collections import Counter, defaultdict
from itertools import combinations
from random import Random

import numpy as np
import pytest
from seqeval.metrics.sequence_labeling import get_entities

import make_sample
from lstm_helpers.data.splits import post_split
from lstm_helpers.files.bundled import DATA_FOLDER

pytestmark = pytest.mark.long

CSV = (DATA_FOLDER / "sample.csv").read_bytes()
# Counted once in the real corpus.
REAL_SHARE_OF_O = 887_908 / 1_048_575
REAL_LENGTHS = {50: 21, 95: 35}  # percentile: words
REAL_SHARE_WITHOUT_ENTITY = 7_042 / 47_959
REAL_MENTIONS = {
    "geo": 37_644,
    "tim": 20_333,
    "org": 20_143,
    "per": 16_990,
    "gpe": 15_870,
    "art": 402,
    "eve": 308,
    "nat": 201,
}
REAL_UNSEEN_SHARE = 0.142


def mentions(sentence):
    return [
        (kind, *sentence.words[start : end + 1])
        for kind, start, end in get_entities(sentence.tags)
    ]


@pytest.fixture(scope="module")
def sentences(sample):
    return sample.sentences


@pytest.fixture(scope="module")
def grammar():
    return make_sample.read_grammar()


# --- What it makes is what is bundled


def test_the_bundled_csv_is_what_the_generator_makes():
    assert make_sample.make_sample() == CSV


def test_the_bundled_csv_is_under_two_megabytes():
    assert len(CSV) < 2_000_000


# --- It resembles the real corpus


def test_the_share_of_o_is_the_real_one_within_one_and_a_half_points(sentences):
    tags = [tag for sentence in sentences for tag in sentence.tags]
    share = tags.count("O") / len(tags)
    assert share == pytest.approx(REAL_SHARE_OF_O, abs=0.015)


@pytest.mark.parametrize("percentile", REAL_LENGTHS)
def test_sentences_are_as_long_as_the_real_ones_within_a_word(sentences, percentile):
    lengths = [len(sentence.words) for sentence in sentences]
    length = np.percentile(lengths, percentile)
    assert length == pytest.approx(REAL_LENGTHS[percentile], abs=1)


def test_as_many_sentences_have_no_entity_within_a_point(sentences):
    share = np.mean([set(sentence.tags) == {"O"} for sentence in sentences])
    assert share == pytest.approx(REAL_SHARE_WITHOUT_ENTITY, abs=0.01)


@pytest.mark.parametrize("kind", REAL_MENTIONS)
def test_each_types_share_of_the_mentions_is_the_real_one_within_a_point(
    sentences, kind
):
    kinds = Counter(mention[0] for s in sentences for mention in mentions(s))
    share, real = kinds[kind] / kinds.total(), REAL_MENTIONS[kind] / 111_891
    assert share == pytest.approx(real, abs=0.01)
    assert share == pytest.approx(real, rel=0.25)  # a point is much for rare types


def test_as_many_test_mentions_are_unseen_in_train_within_two_and_a_half_points(
    sentences,
):
    train, test = post_split(sentences)
    seen = {mention for sentence in train for mention in mentions(sentence)}
    share = np.mean([m not in seen for sentence in test for m in mentions(sentence)])
    assert share == pytest.approx(REAL_UNSEEN_SHARE, abs=0.025)


# --- It is varied


def own_words(parts):
    """Yield a frame's literal lower-case words outside of mentions."""
    for kind, value, _ in parts:
        if kind == "word" and value[0].islower():
            yield value.partition("/")[0]
        elif kind == "choice":
            for choice in value:
                yield from own_words(choice)


def test_at_least_400_frames_and_no_two_are_near_duplicates(grammar):
    frames = grammar["sentence"].alternatives
    assert len(frames) >= 400
    # A frame of hardly any words but phrases is what its phrases are.
    word_sets = [
        words if len(words) > 2 else words.union(symbol for _, symbol in symbols)
        for frame in frames
        for words in [set(own_words(frame))]
        for symbols in [make_sample.symbols_in([frame])]
    ]
    similarity, one, other = max(
        (len(a & b) / len(a | b), i, k)
        for (i, a), (k, b) in combinations(enumerate(word_sets), 2)
    )
    assert similarity < 0.6, (frames[one], frames[other])


def test_at_least_1500_names(grammar):
    names = {
        tuple(value for _, value, _ in name)
        for symbol in grammar.values()
        if symbol.weights[0] != symbol.weights[-1]  # zipf
        for name in symbol.alternatives
        if name[0][2].startswith("names_")
    }
    assert len(names) >= 1500


@pytest.mark.parametrize("name", ["Jordan", "Washington", "May", "Georgia", "Amazon"])
def test_a_mentions_type_must_be_read_from_its_context(sentences, name):
    kinds = Counter(
        kind for s in sentences for kind, *words in mentions(s) if name in words
    )
    assert sum(count >= 20 for count in kinds.values()) >= 2, kinds


# --- The real file's traps are in it


def test_the_word_none_is_there_and_outside_of_entities(sentences):
    tags = [
        tag
        for sentence in sentences
        for word, tag in zip(sentence.words, sentence.tags, strict=True)
        if word == "None"
    ]
    assert tags
    assert set(tags) == {"O"}


def test_windows_1252_bytes_are_there_that_iso_8859_1_does_not_print():
    assert re.search(rb"[\x80-\x9f]", CSV)


def test_duplicates_are_there_and_some_carry_conflicting_tags(sentences):
    taggings = defaultdict(list)
    for sentence in sentences:
        taggings[tuple(sentence.words)].append(tuple(sentence.tags))
    duplicates = [tags for tags in taggings.values() if len(tags) > 1]
    conflicting = [tags for tags in duplicates if len(set(tags)) > 1]
    assert 0 < len(conflicting) < len(duplicates)


def test_the_last_sentence_alone_is_cut_off(sentences):
    *others, last = sentences
    assert last.words[-1] != "."
    assert np.mean([s.words[-1] in (".", "?", '"', "”") for s in others]) > 0.99


# --- The grammar


def test_a_frame_expands_into_words_parts_of_speech_and_tags(tmp_path):
    (tmp_path / "frames.txt").write_text(
        "<sentence> # with a comment\n(a|a) officer/NN in [geo the <city>] won/VBD ,\n"
        "<city> zipf\nNew York\n"
    )
    (tmp_path / "pos.txt").write_text("DT a the\nIN in\n, ,\n")
    grammar = make_sample.read_grammar(tmp_path)
    parts_of_speech = make_sample.read_parts_of_speech(tmp_path)
    writer = make_sample.Writer(grammar, parts_of_speech, Random(0))
    assert writer.sentence(grammar["sentence"].alternatives[0]) == [
        ("An", "DT", "O"),
        ("officer", "NN", "O"),
        ("in", "IN", "O"),
        ("the", "DT", "O"),
        ("New", "NNP", "B-geo"),
        ("York", "NNP", "I-geo"),
        ("won", "VBD", "O"),
        (",", ",", "O"),
    ]
    assert not writer.unknown_words


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[geo Rome] met <nobody> .", "got <nobody>, wanted a listed symbol"),
        ("Rome (fell|[geo <nobody>]) .", "got <nobody>, wanted a listed symbol"),
        ("[geo Rome fell .", "got the end of the line, wanted ']'"),
        ("Rome (fell|rose .", "got the end of the line, wanted ')'"),
        ("[geo (Rome] fell .", "got ']' without its opening bracket"),
        ("geo Rome] fell .", "got ']' without its opening bracket"),
        ("Rome fell|rose .", "got '|' without its opening bracket"),
    ],
)
def test_a_wrong_frame_is_refused_with_its_file_and_line(tmp_path, line, message):
    path = tmp_path / "frames_wrong.txt"
    path.write_text(f"# a comment\n<sentence>\nRome fell .\n{line}\n")
    with pytest.raises(ValueError, match=r"frames_wrong\.txt, line 4: ") as caught:
        make_sample.read_grammar(tmp_path)
    assert message in str(caught.value)


def test_an_alternative_above_every_symbol_is_refused(tmp_path):
    (tmp_path / "frames_wrong.txt").write_text("\nRome fell .\n")
    with pytest.raises(ValueError, match=r"wrong\.txt, line 2: no <symbol> above it"):
        make_sample.read_grammar(tmp_path)


def test_a_word_without_a_part_of_speech_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(make_sample, "N_SENTENCES", 1)
    (tmp_path / "frames.txt").write_text("<sentence>\nRome withstood .\n")
    (tmp_path / "pos.txt").write_text(". .\n")
    with pytest.raises(ValueError, match=r"not in pos\.txt: withstood$"):
        make_sample.make_sample(tmp_path)


def test_the_frames_of_one_file_alone_still_know_all_symbols(tmp_path):
    (tmp_path / "frames_a.txt").write_text("<sentence>\n<city> fell .\n<city>\nRome\n")
    (tmp_path / "frames_b.txt").write_text("<sentence>\n<city> rose .\n")
    whole = make_sample.read_grammar(tmp_path)
    assert len(whole["sentence"].alternatives) == 2
    part = make_sample.read_grammar(tmp_path, "frames_b.txt")
    [frame] = part["sentence"].alternatives
    assert [value for _, value, _ in frame] == ["city", "rose", "."]
