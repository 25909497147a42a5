"""Tags of a file in IOB2: what was changed is counted, what is wrong is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemes_written import marked_sentences, read_like_conlleval, write_tags

from lstm_helpers.data.conversion import check_choices, convert_tags
from lstm_helpers.data.errors import CorpusError

TYPES = "O, B-type or I-type (IOB2)"
SPAN = "; tag_scheme='IOB1' reads a corpus in IOB1"
BEGIN = "strays='begin' lets each begin a mention, as conlleval does"


def convert(text, *arguments):
    """Convert sentences, with / between them; the first tag is in line 10."""
    sentences = [part.split() for part in text.split("/")]
    lines = [*range(10, 10 + sum(map(len, sentences)))]
    return convert_tags("x", sentences, lines, *arguments)


def test_valid_tags_are_handed_on_as_they_are():
    sentences = [["O", "B-x", "I-x"], ["B-x"]]
    for scheme in ("IOB2", None, "IOB1"):
        converted = convert_tags("x", sentences, [1, 2, 3, 5], scheme)
        assert converted.tags is sentences
        assert converted.changed == ()


@pytest.mark.parametrize(
    ("scheme", "text", "wanted", "changed"),
    [
        ("IOB1", "I-x I-x B-x O I-y", "B-x I-x B-x O B-y", 2),
        ("IO", "x x O y", "B-x I-x O B-y", 3),
        ("IOBES", "B-x E-x O S-y", "B-x I-x O B-y", 2),
        ("BILOU", "B-x I-x L-x U-y", "B-x I-x I-x B-y", 2),
        ("BMES", "B-x M-x E-x S-x", "B-x I-x I-x B-x", 3),
        ("BI", "B I O B", "B-entity I-entity O B-entity", 3),
    ],
)
def test_what_is_changed_is_counted(scheme, text, wanted, changed):
    converted = convert(text, scheme)
    assert [*converted.tags] == [wanted.split()]
    assert converted.scheme == scheme
    assert converted.changed == (("tags changed to IOB2", changed),)


def test_the_scheme_is_found_out_if_that_is_asked_for():
    assert convert("B-x E-x / S-y", None).scheme == "IOBES"
    assert convert("O O", None).scheme == "IOB2"
    with pytest.raises(CorpusError, match=r"E-x.*tag_scheme='IOBES' or .*'BMES' reads"):
        convert("B-x E-x")


@given(st.lists(marked_sentences(), min_size=1, max_size=5))
def test_iob1_and_strays_that_begin_read_alike(corpus):
    written = [write_tags("IOB1", *sentence) for sentence in corpus]
    lines = [*range(sum(map(len, written)))]
    first = convert_tags("x", written, lines, "IOB1")
    second = convert_tags("x", written, lines, "IOB2", "begin")
    wanted = [write_tags("IOB2", *sentence) for sentence in corpus]
    assert [*first.tags] == [*second.tags] == wanted
    n_changed = sum(
        a != b
        for tags, others in zip(written, wanted, strict=True)
        for a, b in zip(tags, others, strict=True)
    )
    assert sum(n for _, n in first.changed) == n_changed
    said = {"strays read as beginnings of mentions": n_changed} if n_changed else {}
    assert dict(second.changed) == said


@given(st.lists(st.sampled_from(["O", "B-x", "I-x", "B-y", "I-y"]), min_size=1))
def test_strays_begin_mentions_if_that_is_wanted(tags):
    converted = convert(" ".join(tags), "IOB2", "begin")
    assert [*converted.tags] == [read_like_conlleval(tags)]


def test_strays_of_a_closing_scheme_are_counted_among_its_changes():
    converted = convert("I-x E-x B-x / B-y O", "IOBES", "begin")
    assert [*converted.tags] == [["B-x", "I-x", "B-x"], ["B-y", "O"]]
    assert dict(converted.changed) == {
        "tags changed to IOB2": 2,
        "strays among them": 3,
    }


@pytest.mark.parametrize(
    ("arguments", "text", "line", "got", "wanted", "hint"),
    [
        (
            (),
            "B-y O / O I-x",
            13,
            "the tag 'I-x' after 'O'",
            "B-x or I-x before it (IOB2)",
            f"There is one such tag: {BEGIN}",
        ),
        (
            (),
            "O I-x",
            11,
            "the tag 'I-x' after 'O'",
            "B-x or I-x before it (IOB2)",
            f"There is one such tag: {BEGIN}{SPAN}",
        ),
        (
            (None,),
            "B-y / " + "I-x I-x / " * 6 + "O",
            11,
            "the tag 'I-x' after 'O'",
            "B-x or I-x before it (IOB2)",
            f"There are 6 such tags, in lines 11, 13, 15, 17, 19 and others: {BEGIN}",
        ),
        (
            (),
            "z-x O I-x z-x",
            10,
            "the tag 'z-x'",
            TYPES,
            "There are 2 such tags, in lines 10, 13: "
            "tag_column='...' takes another column, if there is one",
        ),
        (
            (),
            "B-x 0",
            11,
            "the tag '0'",
            TYPES,
            "There is one such tag: the letter O is wanted",
        ),
        (
            (),
            "x O",
            10,
            "the tag 'x'",
            TYPES,
            "There is one such tag: tag_scheme='IO' reads such tags, "
            "neighbours of one type as one mention",
        ),
        (
            (),
            "B I O",
            10,
            "the tag 'B'",
            TYPES,
            "There are 2 such tags, in lines 10, 11: tag_scheme='BI' reads such tags",
        ),
        (
            ("IO",),
            "x O 0",
            12,
            "the tag '0'",
            "O or a type (IO)",
            "There is one such tag: the letter O is wanted",
        ),
        (
            ("IOBES",),
            "B-x O",
            11,
            "the tag 'O' after 'B-x'",
            "E-x at a mention's end (IOBES)",
            "There is one such tag: strays='begin' lets each mention end there",
        ),
        (
            ("IOBES",),
            "B-x S-y",
            11,
            "the tag 'S-y' after 'B-x'",
            "E-x at a mention's end (IOBES)",
            "There is one such tag: strays='begin' lets each mention end there",
        ),
        (
            ("BILOU",),
            "O B-x / O",
            11,
            "the end after 'B-x'",
            "L-x at a mention's end (BILOU)",
            "There is one such tag: strays='begin' lets each mention end there",
        ),
        (
            ("BMES",),
            "O E-x / O",
            11,
            "the tag 'E-x' after 'O'",
            "B-x or M-x before it (BMES)",
            f"There is one such tag: {BEGIN}",
        ),
        (
            ("BI",),
            "B / I",
            11,
            "the tag 'I' after 'O'",
            "B or I before it (BI)",
            f"There is one such tag: {BEGIN}",
        ),
    ],
)
def test_the_first_fault_is_named_with_its_line_and_the_way_out(
    arguments, text, line, got, wanted, hint
):
    with pytest.raises(CorpusError) as caught:
        convert(text, *arguments)
    error = caught.value
    assert (error.line, error.got, error.wanted) == (line, got, wanted)
    assert error.hint == hint


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("", "each word needs a tag"),
        ("o", "O, B and I are wanted in capitals"),
        ("b-x", "O, B and I are wanted in capitals"),
        ("z-x", "tag_column='...' takes another column, if there is one"),
        (
            "OUT",
            "tag_scheme='IO' reads such tags, neighbours of one type as one mention",
        ),
        ("\u041e", "it has U+041E, CYRILLIC CAPITAL LETTER O"),
        ("\uff2f", "it has U+FF2F, FULLWIDTH LATIN CAPITAL LETTER O"),
        ("B\u2013x", "it has U+2013, EN DASH"),
        ("B-x\xa0", "it has U+00A0, NO-BREAK SPACE"),
        ("B-x\u200f", "it has U+200F, RIGHT-TO-LEFT MARK"),
        ("B-\ufeffx", "it has U+FEFF, ZERO WIDTH NO-BREAK SPACE"),
        ("I-x\x1f", "it has U+001F, a control character"),
        ("W-x", "no scheme that is known has all of the prefixes W"),
        ("B_x", "a hyphen is wanted behind B and I: B-type, I-type"),
        ("I:x", "a hyphen is wanted behind B and I: B-type, I-type"),
        ("x-B", "B- and I- are wanted before the type: B-type, I-type"),
        ("NNP B-x", "delimiter='blank' lets blanks part columns, not only tabs"),
    ],
)
def test_a_tag_that_is_none_comes_with_its_reason(tag, hint):
    with pytest.raises(CorpusError) as caught:
        convert_tags("x", [["O", tag]], [1, 2])
    assert caught.value.line == 2
    assert caught.value.hint == f"There is one such tag: {hint}"


@pytest.mark.parametrize(
    "kind", ["\u0645\u06cc\u200c\u0631\u0648", "\u0939\u093f", "e\u0301", "a\u2013b"]
)
def test_a_type_may_have_any_letters_and_marks(kind):
    tags = ["O", f"B-{kind}", f"I-{kind}"]
    assert convert_tags("x", [tags], [1, 2, 3]).tags == [tags]


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        ("IOB2", "O, B-type or I-type (IOB2)"),
        ("IOB1", "O, B-type or I-type (IOB1)"),
        ("IO", "O or a type (IO)"),
        ("IOBES", "O, B-type, I-type, E-type or S-type (IOBES)"),
        ("BILOU", "O, B-type, I-type, L-type or U-type (BILOU)"),
        ("BMES", "O, B-type, M-type, E-type or S-type (BMES)"),
        ("BI", "O, B or I (BI)"),
    ],
)
def test_the_tags_of_the_scheme_are_what_is_wanted(scheme, wanted):
    with pytest.raises(CorpusError) as caught:
        convert("O ?", scheme)
    assert (caught.value.line, caught.value.wanted) == (11, wanted)


def test_a_long_tag_is_cut_in_the_message():
    for tags in (["I-" + "x" * 9999], ["x" * 9999, "O"], ["B-" + "x" * 9999, "I-y"]):
        with pytest.raises(CorpusError) as caught:
            convert_tags("x", [tags], [1, 2])
        assert len(str(caught.value)) < 600


def test_other_choices_are_refused():
    assert check_choices("bioes", "begin") == "IOBES"
    assert check_choices(None, "refuse") is None
    with pytest.raises(ValueError, match="strays: got 'mend', wanted 'refuse' or"):
        check_choices(None, "mend")
    with pytest.raises(ValueError, match="tag_scheme: got 'IOB9'"):
        convert_tags("x", [["O"]], [1], "IOB9")


def test_prefixes_that_no_scheme_has_together_are_listed():
    with pytest.raises(CorpusError, match=r"all of the prefixes B, L, M$"):
        convert_tags("x", [["B-x", "M-x", "L-x"]], [1, 2, 3])


@pytest.mark.parametrize("tag", ["\u041e", "\u03bf", "B\u2013x", "I\u2010x"])
def test_what_only_looks_like_another_tag_is_no_type(tag):
    tags = [["O", "x", "x", "y", "y", "y", *["O"] * 9, tag]]
    with pytest.raises(CorpusError, match=r"it has U\+"):
        convert_tags("x", tags, range(1, 17), "IO")
    with pytest.raises(CorpusError):
        convert_tags("x", tags, range(1, 17), None)
