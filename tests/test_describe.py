"""The command describe prints what there is to say of a corpus."""

from lstm_helpers.__main__ import main
from lstm_helpers.data import describe, read_corpus, split_characters


def test_a_corpus_is_described(capsys, corpus):
    main(["describe", str(corpus)])
    read = read_corpus(str(corpus))
    assert capsys.readouterr().out == f"{describe(read)}\n"
    main(["describe", str(corpus), "--split", "characters"])
    wanted = describe(read, split_characters, between="")
    assert capsys.readouterr().out == f"{wanted}\n"
