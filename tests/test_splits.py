"""Splits: the post's own, and the benchmark's, whose parts share no sentence."""

import re
from contextlib import suppress

import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from lstm_helpers.data import splits
from lstm_helpers.data.layouts import CorpusError, Sentence
from lstm_helpers.data.splits import benchmark_split, post_split, read_split


def count(sentences):
    return len(sentences), sum(len(sentence.words) for sentence in sentences)


def as_words(sentences):
    return [tuple(sentence.words) for sentence in sentences]


@pytest.mark.parametrize("random_state", [0, 1])
def test_the_posts_split_is_what_pandas_and_sklearn_make(sample, random_state):
    labels = [sentence.label for sentence in sample.sentences]
    grouped = [label for label, _ in pd.Series(labels).groupby(labels)]
    wanted = train_test_split(grouped, test_size=0.33, random_state=random_state)
    for part, part_wanted in zip(
        post_split(sample.sentences, random_state), wanted, strict=True
    ):
        assert [sentence.label for sentence in part] == part_wanted


@pytest.mark.parametrize("n", [3, 10, 101])
def test_a_part_of_any_size_is_what_sklearn_makes(sample, n):
    some = sample.sentences[:n]
    train, test = post_split(some, 5)
    in_text_order = sorted(some, key=lambda sentence: sentence.label)
    assert [train, test] == train_test_split(
        in_text_order, test_size=0.33, random_state=5
    )
    split = benchmark_split(some, 5)
    wanted, validation = train_test_split(train, test_size=0.1, random_state=5)
    assert split.train == wanted
    assert all(sentence in validation for sentence in split.validation)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_two_sentences_are_too_few_for_three_parts(sample, n):
    with pytest.raises(ValueError, match=f"got {n} sentences, wanted one at least"):
        benchmark_split(sample.sentences[:n])
    assert all(benchmark_split(sample.sentences[:3]))


def test_the_benchmarks_parts_share_no_sentence(sample):
    train, validation, test = map(set, map(as_words, benchmark_split(sample.sentences)))
    assert train.isdisjoint(validation)
    assert train.isdisjoint(test)
    assert validation.isdisjoint(test)


def test_the_benchmarks_test_part_is_the_posts_without_what_train_has(sample):
    post_train, post_test = post_split(sample.sentences)
    known = as_words(post_train)
    wanted = [s for s in post_test if tuple(s.words) not in known]
    assert benchmark_split(sample.sentences).test == wanted
    assert len(wanted) < len(post_test)


def test_the_benchmarks_train_and_validation_parts_come_from_the_posts_train_part(
    sample,
):
    post_train, _ = post_split(sample.sentences)
    train, validation, _ = benchmark_split(sample.sentences)
    left_out = [s for s in post_train if s not in train + validation]
    assert len(train) == int(0.9 * len(post_train))
    assert set(as_words(left_out)) <= set(as_words(train))


@pytest.mark.slow
def test_the_real_corpus_splits_as_documented(gmb):
    assert [count(part) for part in post_split(gmb.sentences)] == [
        (32_132, 703_215),
        (15_827, 345_360),
    ]
    train, validation, test = benchmark_split(gmb.sentences)
    assert (len(train), len(validation)) == (28_918, 3_190)
    assert count(test) == (15_661, 342_936)


def test_a_corpus_itself_is_not_split(sample):
    for split in (benchmark_split, post_split):
        for wrong in (sample, ["a", "b"]):
            message = (
                r"^sentences: got .*, wanted Sentences, such as corpus\.sentences$"
            )
            with pytest.raises(TypeError, match=message):
                split(wrong)


# --- parts of their own

FILES = {"train": "Oslo B-geo\n", "dev": "It O\nrained O\n", "test": "Oslo B-geo\n"}


@pytest.fixture
def files(tmp_path):
    """Give the paths of three small files, of which two hold the same sentence."""
    paths = [tmp_path / f"{name}.conll" for name in FILES]
    for path, content in zip(paths, FILES.values(), strict=True):
        path.write_text(content)
    return paths


def test_files_of_a_public_corpus_are_the_parts_as_they_are(files):
    parts = read_split(*files)
    words = [[sentence.words for sentence in part] for part in parts]
    assert words == [[["Oslo"]], [["It", "rained"]], [["Oslo"]]]
    assert [part[0].tags for part in parts] == [["B-geo"], ["O", "O"], ["B-geo"]]


def test_each_part_of_a_real_layout_is_what_its_file_holds(sample, write):
    content = "Sentence #,Word,POS,Tag\n1,Oslo,NNP,B-geo\n"
    path, bundled = write(content), sample.path
    with pytest.warns(UserWarning, match="^train: .* encoding cp1252$"):
        train, validation, test = read_split(bundled, str(path), path)
    assert train == sample.sentences
    assert validation == test == [Sentence(["Oslo"], ["B-geo"], ["NNP"], "1")]


def test_what_is_converted_in_a_part_is_a_warning(files):
    files[1].write_text("Oslo I-geo\nBern B-geo\n\nLima I-geo\n")
    said = r"^validation: .*\(dev\.conll\): .*; tags in IOB1; tags changed to IOB2: 2"
    with pytest.warns(UserWarning, match=said) as caught:
        assert read_split(*files).validation[0].tags == ["B-geo", "B-geo"]
    assert len(caught) == 1
    files[1].write_bytes("Québec B-geo\n".encode("cp1252"))
    with pytest.warns(UserWarning, match="encoding cp1252"):
        read_split(*files)


def test_options_go_to_the_reader_of_each_part(monkeypatch, files):
    asked = []

    def read(choice, **options):
        asked.append((choice, options))
        return splits.read_corpus.__wrapped__(choice)

    read.__wrapped__ = splits.read_corpus
    monkeypatch.setattr(splits, "read_corpus", read)
    read_split(*files, tag_scheme="IOB1")
    assert asked == [(str(path), {"tag_scheme": "IOB1"}) for path in files]


@pytest.mark.parametrize(("k", "name"), [(0, "train"), (1, "validation"), (2, "test")])
def test_a_part_that_is_not_there_is_named(files, k, name):
    """Even where the name is that of a corpus of ours."""
    wrong = [*files]
    wrong[k] = "sample"
    message = f"^{name}: got .*sample, no file, wanted a file$"
    with pytest.raises(FileNotFoundError, match=message):
        read_split(*wrong)
    wrong[k] = files[0].parent
    with pytest.raises(FileNotFoundError, match=f"^{name}: got .*, a folder, wanted"):
        read_split(*wrong)


def test_a_file_is_no_corpus_of_ours_whatever_its_name(monkeypatch, files):
    monkeypatch.chdir(files[0].parent)
    files[0].rename("sample")
    assert [s.words for s in read_split("sample", *files[1:]).train] == [["Oslo"]]


def test_what_is_wrong_in_a_part_is_named_with_its_line(files):
    files[1].write_text("Oslo I-geo\n")
    with pytest.raises(CorpusError, match=r"dev\.conll, line 1: got the tag 'I-geo'"):
        read_split(*files)


# --- parts that would be empty


def copies(*texts):
    return [Sentence(text.split(), label=str(k)) for k, text in enumerate(texts)]


def test_copies_that_leave_no_validation_part_are_named():
    twelve = copies(*["Mira lives in Oslo .", "It rained ."] * 6)
    with pytest.raises(
        ValueError, match=r"^validation part: got only copies"
    ) as caught:
        benchmark_split(twelve)
    said = str(caught.value)
    assert "'Mira lives in Oslo .' (6 times)" in said or "'It rained .' (6 t" in said
    assert "10 of all 12 sentences are copies of another" in said
    assert "read_split" in said


def test_copies_that_leave_no_test_part_are_named():
    some = [Sentence([f"w{k}"], label=f"{k:02}") for k in range(20)]
    again = {sentence.label for sentence in post_split(some)[1]}
    again.add(benchmark_split(some).train[0].label)
    some = [s._replace(words=["again"]) if s.label in again else s for s in some]
    with pytest.raises(ValueError, match=r"^test part: got only copies") as caught:
        benchmark_split(some)
    assert "Drawn were 'again' (8 times); 7 of all 20 sentences" in str(caught.value)


def test_no_more_copies_are_named_than_one_reads():
    words = [f"{letter} " * 60 for letter in "abcdefgh"]
    with pytest.raises(ValueError, match="only copies") as caught:
        benchmark_split(copies(*words * 20))
    said = str(caught.value)
    assert said.count("(20 times)") == 3
    assert re.search(r"\(20 times\) and [1-5] more; 152 of all 160", said)
    assert len(said) < 700


@pytest.mark.parametrize("n", range(3, 40))
def test_no_part_is_ever_empty(n):
    for repeated in (1, 2, 5):
        some = copies(*(f"w{k // repeated}" for k in range(n)))
        if repeated == 1:
            assert all(benchmark_split(some))
        else:
            with suppress(ValueError):
                assert all(benchmark_split(some))
