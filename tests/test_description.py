"""What is in a corpus, counted by hand."""

from collections import Counter

import pytest

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.data.description import Contradiction, describe
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.data.tokens import split_at_spaces, split_characters, split_words


def sentence(words, tags=""):
    return Sentence(words.split(), tags.split())


SEVEN = [
    sentence("In May it rained .", "O B-tim O O O"),
    sentence("Pell left Lake Verda .", "B-per O B-geo I-geo O"),
    sentence("It rained .", "O O O"),
    sentence("Verda", "B-geo"),
    sentence("It rained .", "O O O"),
    sentence("Verda", "B-per"),
    sentence("Verda", "B-geo"),
]


def test_a_corpus_is_described_as_one_counts_it_by_hand():
    found = describe(SEVEN)
    assert (found.name, found.n_sentences, found.n_words) == ("", 7, 19)
    assert found.n_different == 10  # In May it rained . Pell left Lake Verda It
    assert found.n_once == 6
    assert found.lengths == (1, 3, 5)
    assert found.share_outside == 12 / 19
    assert [*found.mentions.items()] == [("geo", 3), ("per", 2), ("tim", 1)]
    assert found.n_illegal == 0
    assert found.repeated == {("Verda",): 3, ("It", "rained", "."): 2}
    assert found.n_copies == 3
    taggings = Counter({("B-geo",): 2, ("B-per",): 1})
    assert found.contradictions == [Contradiction(("Verda",), taggings)]
    assert found.whole_words.n_words == found.whole_words.n_whole == 19


WRITTEN = """\
7 sentences, 19 words, of which 10 are different and 6 occur once
Words in a sentence: 1 to 5, the median is 3
Longest words: 'rained', 'Verda', 'Lake'
Tags that are O: 63.2%
Mentions: 6 of 3 types
    geo          3
    per          2
    tim          1
Sentences that are copies of another: 3
    3 times: 'Verda'
    2 times: 'It rained .'
Sentences like another one, but for capitals, digits and punctuation: 0
Repeated sentences with different tags: 1
    'Verda'
        2 times 'B-geo'
        1 times 'B-per'
Words that the tokeniser cuts or joins: 0 (0.00%)"""


def test_a_description_can_be_read():
    assert str(describe(SEVEN)) == WRITTEN


def test_a_corpus_goes_by_its_name(sample):
    found = describe(sample)
    how, first, *_ = str(found).splitlines()
    assert how == "Read as Kaggle's csv layout; cp1252; tags in IOB2"
    assert first.startswith("sample: 4,000 sentences, 87,686 words, of which ")
    assert found._replace(name="", how=()) == describe(sample.sentences)
    kinds = Counter(t[2:] for s in sample.sentences for t in s.tags if t[0] == "B")
    assert found.mentions == kinds
    assert [*found.mentions.values()] == sorted(kinds.values(), reverse=True)
    texts = [" ".join(s.words) for s in sample.sentences]
    assert found.n_copies == len(texts) - len({*texts})


def test_how_a_file_was_read_is_said_first(tmp_path):
    path = tmp_path / "old.conll"
    rows = "1 Québec I-x\n2 Oslo B-x\n\n1 Bern I-x\n"
    path.write_bytes(rows.encode("cp1252"))
    assert str(describe(read_corpus(str(path)))).splitlines()[0] == (
        "Read as CoNLL columns; cp1252; tags in IOB1; tags changed to IOB2: 2; "
        "the first column counts; words are in column 1, counted from 0"
    )


def test_sentences_that_nearly_are_another_are_counted():
    texts = ["In May 3 fell .", "in may 7 fell", '" In May 3 fell', "In June 3 fell ."]
    texts += ["\u0939\u093f", "\u0939\u093e", ".", "!", "In May 3 fell ."]
    assert describe([sentence(text) for text in texts]).n_near == 4
    assert describe([sentence("a"), sentence("a")]).n_near == 0


def test_what_a_tokeniser_costs_is_part_of_it():
    some = [sentence("(s) (s) a/b", "O O O")]
    found = describe(some)
    assert found.whole_words.cut == {"(s)": 2, "a/b": 1}
    lines = str(found).splitlines()
    assert lines[-3:] == [
        "Words that the tokeniser cuts or joins: 3 (100.00%)",
        "    2 times: '(s)'",
        "    1 times: 'a/b'",
    ]
    assert describe(some, split_at_spaces).whole_words.n_whole == 3
    chinese = [Sentence([*"北京"], ["B-geo", "I-geo"])]
    assert describe(chinese).whole_words.n_whole == 2
    assert describe(chinese, split_words).whole_words.n_whole == 0
    assert describe(chinese, split_words, between=" ").whole_words.n_whole == 2
    assert describe(chinese, split_characters, between="").whole_words.n_whole == 2


def test_tags_that_begin_nothing_are_counted_and_no_tags_will_do():
    assert "not allow" not in str(describe(SEVEN))
    strays = describe([sentence("a b", "O I-geo")])
    assert strays.n_illegal == 1
    assert "Tags that IOB2 does not allow at their place: 1" in str(strays)
    bare = describe([sentence("a b")])
    assert (bare.share_outside, bare.mentions, bare.n_words) == (0, {}, 2)
    assert "Mentions: 0 of 0 types" in str(bare)


def test_long_and_strange_sentences_are_written_in_a_line():
    long = Sentence(["\x1b[2J\n\u202e", *["x" * 50] * 40], ["O"] * 41)
    said = str(describe([long] * 2))
    assert max(map(len, said.splitlines())) < 120
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_nothing_and_no_sentences_are_refused():
    with pytest.raises(
        ValueError, match="corpus: got no sentence, wanted at least one"
    ):
        describe([])
    with pytest.raises(
        TypeError, match=r"^corpus: got str among them, wanted Sentences"
    ):
        describe(["a"])
