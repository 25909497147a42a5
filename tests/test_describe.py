"""The command describe prints what there is to say of a corpus."""

from lstm_helpers.__main__ import main
from lstm_helpers.data import describe, read_corpus, split_characters


def test_a_corpus_is_described(capsys, corpus):
    main(["describe", str(corpus)])
    read = read_corpus(str(corpus))
    assert capsys.readouterr().out == f"{describe(read)}\n"
    main(["describe", str(corpus), "--split", "characters"])
    wanted = describe(read, split_characters, between=" ")
    assert capsys.readouterr().out == f"{wanted}\n"


def test_characters_stand_side_by_side(capsys, tmp_path):
    """A mark that is a word of its own goes to the character before it."""
    path = tmp_path / "characters.conll"
    path.write_text("北 B-geo\n\u0301 O\n\n京 B-geo\n\u0301 O\n", "utf-8")
    read = read_corpus(str(path))
    wanted, apart = (
        f"{describe(read, split_characters, between=b)}\n" for b in ("", " ")
    )
    assert wanted != apart
    for options in [], ["--split", "characters"]:
        main(["describe", str(path), *options])
        assert capsys.readouterr().out == wanted
