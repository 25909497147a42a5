"""Fuzz a reader, guided by the branches it takes: no error but the documented ones.

``python fuzz_readers.py READER FOLDER SECONDS``; FOLDER keeps what inputs are found.
"""

import contextlib
import io
import sys
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["lstm_helpers", "csv", "zipfile", "json"]):
    from lstm_helpers.data.corpus import read_corpus
    from lstm_helpers.data.errors import CorpusError
    from lstm_helpers.data.layouts import read_conll, read_csv
    from lstm_helpers.files.checkpoints import CheckpointError, load_state, save_state
    from lstm_helpers.files.reading import read_member
    from lstm_helpers.models.saving import SAMPLE_TAGGER, load_tagger

CSV = 'Sentence #,Word,POS,Tag\r\n1,In,IN,O\n,"New, York",NNP,B-geo\r2,\u00a0x,IN,O\n'
COLUMNS = "# x\n1\tNew Oslo\tB-x\n2-3\t_\t_\n2\tfell\tO\n\n1\t#a\tS-x\n-DOCSTART-\n"
CONLL = "In IN O\n\tRome NNP B-geo\r\n\n-DOCSTART- O\rLima NNP I-geo\n"


def read_as(read, name, error, folder):
    """Make a test of a reader of files."""
    path = folder / name

    def test(content):
        path.write_bytes(content)
        with contextlib.suppress(error):
            read(path)

    return test


def read_state(folder):
    """Make a test of what reads a tagger's JSON; the weights are good ones."""
    tensors, metadata = load_state(SAMPLE_TAGGER)
    metadata["words"] = metadata["words"][:3]  # short inputs are tried more often
    save_state(folder, tensors, metadata)
    return read_as(
        lambda path: load_tagger(path.parent), "state.json", CheckpointError, folder
    )


def zipped(content):
    """Pack a member of the right name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ner_dataset.csv", content)
    return buffer.getvalue()


def main():
    """Fuzz the reader that is asked for."""
    reader, folder, seconds = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    if reader == "state":
        test = read_state(folder)
        first = (folder / "state.json").read_bytes()
    else:
        read, name, error, first = {
            "csv": (read_csv, "any.csv", CorpusError, CSV.encode("utf-8")),
            "conll": (read_conll, "any.conll", CorpusError, CONLL.encode("utf-8")),
            "corpus": (
                lambda path: read_corpus(str(path), strays="begin"),
                "any",
                CorpusError,
                COLUMNS.encode("utf-8"),
            ),
            "zip": (read_member, "any.zip", ValueError, zipped(CSV)),
        }[reader]
        test = read_as(read, name, error, folder)
    (inputs / "first").write_bytes(first)
    test(first)
    options = [f"-max_total_time={seconds}", "-max_len=4000", "-timeout=10"]
    atheris.Setup(
        [sys.argv[0], *options, "-verbosity=0", "-print_final_stats=1", str(inputs)],
        test,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
