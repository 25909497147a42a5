"""Words -> tags, by an exported tagger, in a program that has PyTorch alone.

    python tag.py < sentences.jsonl     # a sentence a line: ["In", "Rome", "."]

It writes a line of tags for each, in JSON: ["O", "B-geo", "O"]. The files that it reads
lie beside it.
"""

import json
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from lstm_helpers.data.features import FEATURES


class ExportedTagger:
    """Tags sentences.

    Parameters
    ----------
    folder : Path
        What ``lstm_helpers.prediction.export_tagger`` has written.
    """

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / "tagger.json").read_text("utf-8"))
        self.tags: list[str] = about["tags"]
        self.words = {word: row for row, word in enumerate(about["words"])}
        self.columns: list[tuple[Callable[[str], str], int, dict[str, int]]] = []
        row = len(self.words)
        for name, values in about["features"].items():
            rows = {value: k for k, value in enumerate(values, row + 1)}
            self.columns.append((FEATURES[name], row, rows))
            row += 1 + len(values)
        with warnings.catch_warnings():  # PyTorch 2.13 calls TorchScript old
            warnings.simplefilter("ignore", DeprecationWarning)
            self.model = torch.jit.load(folder / "model.pt")

    def encode(self, words: Sequence[str]) -> torch.Tensor:
        """Look up words: (T, 1), or (T, 1, 1 + F) with F features; int64."""
        ids = [[self.words.get(word, 0)] for word in words]
        for feature, unknown, rows in self.columns:
            for row, word in zip(ids, words, strict=True):
                row.append(rows.get(feature(word), unknown))
        table = torch.tensor(ids, dtype=torch.long)
        return table.unsqueeze(1) if self.columns else table

    def tag(self, words: Sequence[str]) -> list[str]:
        """Give each word of a sentence its tag."""
        if not words:
            return []
        with torch.inference_mode():
            return [self.tags[k] for k in self.model(self.encode(words))[:, 0].tolist()]


def main() -> None:
    """Tag the sentences of standard input."""
    tagger = ExportedTagger(Path(__file__).parent)
    for line in sys.stdin.buffer:  # JSON is in UTF-8, whatever the terminal has
        print(json.dumps(tagger.tag(json.loads(line))))


if __name__ == "__main__":
    main()
