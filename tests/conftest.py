import io
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch
from builders import read_gmb
from hypothesis import settings
from matplotlib.backends.backend_agg import FigureCanvasAgg

from lstm_helpers.data.corpus import read_corpus

collect_ignore = [
    "no_network",  # Debian's Python has a sitecustomize of its own
    "wrong_answers",  # they are not imported
]

settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("quick", settings.get_profile("steady"), max_examples=10)
settings.load_profile("steady")  # unless pytest is called with --hypothesis-profile
mpl.use("Agg")  # no window opens
os.environ.pop("PYTHONUNBUFFERED", None)  # children buffer what they print, as usual
# A make that a test starts is told nothing by the one that runs the tests.
for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
    os.environ.pop(name, None)
# What a shell starts in the background would ignore a Stop.
signal.signal(signal.SIGINT, signal.default_int_handler)
torch.set_num_threads(1)  # sizes are small: a second thread would only wait


@pytest.fixture(autouse=True)
def _handler_stays():
    """Hold each test to leave the handler of Ctrl+C as it was for the next one."""
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


@pytest.fixture(scope="session")
def sample():
    return read_corpus("sample")


@pytest.fixture(scope="session")
def gmb():
    return read_gmb()


@pytest.fixture
def ax():
    """Axes of a new figure, which are the current ones."""
    yield plt.subplots()[1]
    plt.close("all")


@pytest.fixture
def public_folder():
    """A folder that everybody may enter; pytest's own are the user's alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def nobody():
    """Give a context in which one has no privileges: root may read everything."""

    @contextmanager
    def be_nobody():
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if was_root:
                os.seteuid(0)

    return be_nobody


@pytest.fixture(params=["closed", "a pipe without a reader", "a full device", "none"])
def unwritable(request):
    """Give a stream that cannot be written, or None, for a test to set as sys.stderr.

    Pytest has a stream of its own there until the test itself begins.
    """
    reader, writer = os.pipe()
    os.close(reader)
    places = {"a pipe without a reader": writer, "a full device": "/dev/full"}
    file = io.FileIO(places.get(request.param, os.devnull), "w")
    stream = io.TextIOWrapper(file, write_through=True)
    if request.param == "closed":
        stream.close()
    yield None if request.param == "none" else stream
    with suppress(OSError):  # of what is not yet written
        stream.close()
    with suppress(OSError):
        os.close(writer)


@pytest.fixture
def write(tmp_path):
    """Write a corpus of one's own, as Windows-1252."""

    def write_corpus(content, name="corpus.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode("cp1252"))
        return path

    return write_corpus


@pytest.fixture
def series_style():
    """The style of the notebooks; figures are closed behind the test."""
    with plt.style.context("lstm_helpers.style"):
        yield
    plt.close("all")


@pytest.fixture
def drawings(monkeypatch):
    """Figures that were drawn whole, in order."""
    drawn, draw = [], FigureCanvasAgg.draw

    def counted(canvas):
        drawn.append(canvas.figure)
        draw(canvas)

    monkeypatch.setattr(FigureCanvasAgg, "draw", counted)
    return drawn


@pytest.fixture
def corpus(write, sample):
    """Write a corpus of a few hundred sentences."""
    rows = ["Sentence #,Word,POS,Tag"]
    for sentence in sample.sentences[:300]:
        for k, (word, tag) in enumerate(
            zip(sentence.words, sentence.tags, strict=True)
        ):
            quoted = word.replace('"', '""')
            rows.append(f'{"" if k else sentence.label},"{quoted}",X,{tag}')
    return write("\n".join(rows) + "\n")
