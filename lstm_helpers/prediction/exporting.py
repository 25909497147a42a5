"""A trained tagger -> a folder that a program without this package can run."""

import inspect
import io
import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning

from lstm_helpers.data.features import word_shape
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.reading import find_home
from lstm_helpers.files.writing import write_whole
from lstm_helpers.models.crf import CRF, find_best_path
from lstm_helpers.models.trained import TrainedTagger
from lstm_helpers.prediction.standalone import ExportedTagger

_LENGTHS = 1, 2, 3, 40  # of the sentences on which the exported model is tried
_WITHOUT_US = (  # our package cannot be imported then
    "import runpy, sys; sys.modules['lstm_helpers'] = None; sys.path[0] = sys.argv[2]; "
    "runpy.run_path(sys.argv[1], run_name='__main__')"
)
_OURS, _BESIDE = b"from lstm_helpers.data.features", b"from features"


class _Whole(nn.Module):
    """Ids -> the ids of the tags on the best path, in what TorchScript understands."""

    def __init__(
        self, scores: nn.Module, start: Tensor, end: Tensor, transitions: Tensor
    ) -> None:
        super().__init__()
        self.scores, self.start, self.end = scores, start, end
        self.transitions = transitions

    def forward(self, words: Tensor) -> Tensor:
        """Turn ids (T, B), or (T, B, 1 + F) with features, into tags (T, B)."""
        scores = self.scores(words).transpose(1, 2).double()  # (T, K, B)
        scores = scores - scores.amax(dim=1, keepdim=True)
        return find_best_path(scores, self.start, self.end, self.transitions)


def export_tagger(folder: str | Path, tagger: TrainedTagger) -> None:
    """Write a tagger as a program that needs PyTorch, and nothing of this package.

    Parameters
    ----------
    folder : str or Path
        Made if need be. ``tag.py`` is the program, and ``model.pt``, ``tagger.json``
        and ``features.py`` are what it reads; files of these names are replaced.
    tagger : TrainedTagger
        Its model is left in evaluation mode.

    Raises
    ------
    OSError
        If a file cannot be written.
    RuntimeError
        If what was exported gives other tags than the tagger. Nothing is written.

    Notes
    -----
    It decides by the best path, as ``predict_tags(..., best_path=True)`` does. It takes
    words; to cut text into words is left to the program.

    TorchScript is used, although PyTorch 2.13 calls it old: ``torch.export`` fixes the
    number of words, as it writes an LSTM's steps out one by one.
    """
    model = tagger.model.eval()
    whole = _script(tagger)
    for length in _LENGTHS:
        words = (tagger.encoder.words * length)[:length]  # the first is unknown
        ids = tagger.encoder.encode_words(words).unsqueeze(1)
        with torch.inference_mode():
            wanted = model.head.best_path(model(ids))
            if not torch.equal(whole(ids), wanted):
                got = f"other tags for a sentence of {length} words"
                raise RuntimeError(f"{folder}: got {got}, wanted the tagger's")
    encoder, packed = tagger.encoder, io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.save(whole, packed)
    about = {
        "tags": encoder.tags,
        "words": encoder.words,
        "features": encoder.features,
    }
    folder = find_home(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {
        "model.pt": packed.getvalue(),
        "tagger.json": json.dumps(about).encode(),
        "features.py": _read_module_of(word_shape),
        "tag.py": _read_module_of(ExportedTagger).replace(_OURS, _BESIDE),
    }.items():
        write_whole(folder / name, content)


def _read_module_of(defined: Callable[..., object]) -> bytes:
    """Read the source of the module that defines something."""
    return Path(inspect.getfile(defined)).read_bytes()


def _script(tagger: TrainedTagger) -> nn.Module:
    """Make a TorchScript module of a tagger's scores and its way to decide."""
    model, K = tagger.model, len(tagger.encoder.tags)
    if isinstance(model.head, CRF):
        steps = [values.detach().double() for values in model.head.scores()]
    else:  # each word by itself: a path whose steps score nothing
        steps = [torch.zeros(size).double() for size in ((K,), (K,), (K, K))]
    example = tagger.encoder.encode_words(tagger.encoder.words[:1] * 3).unsqueeze(1)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", TracerWarning)
        traced = torch.jit.trace(model, example, check_trace=False)
        whole = torch.jit.script(_Whole(traced, *steps).eval())
        return torch.jit.freeze(whole)


def run_exported(
    folder: str | Path, sentences: Sequence[Sentence], *, timeout: float = 300
) -> list[list[str]]:
    """Tag sentences by an exported tagger, in a process that cannot import us.

    Parameters
    ----------
    folder : str or Path
        Of :func:`export_tagger`.
    sentences : sequence of Sentence
        Only their words are looked at.
    timeout : float
        Seconds, after which the process is ended.

    Returns
    -------
    list of list of str
        A tag for each word.

    Raises
    ------
    RuntimeError
        If the program fails; the message has the end of what it said.
    subprocess.TimeoutExpired
        If it takes too long.
    """
    folder = find_home(folder).absolute()
    program = str(folder / "tag.py")
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_US, program, str(folder)],
        input="".join(json.dumps([*s.words]) + "\n" for s in sentences),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
    )
    if done.returncode:
        raise RuntimeError(f"{program}: got an error: {done.stderr[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]
