"""Draw docs/gates.png, the README's figure: a sentence inside the committed tagger.

    python tools/readme_figure.py

The picture says of itself what it was drawn from, and tests/test_readme_figure.py holds
that equal to the committed tagger and to the sentence here.
"""

import hashlib
import io
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import torch

from lstm_helpers.equations import lstm_sequence, weights_from_torch
from lstm_helpers.figures import plot_state
from lstm_helpers.files import write_whole
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger
from lstm_helpers.prediction import tag_text

TEXT = "Ms. Jordan flew from Paris to Jordan on Monday, officials said."
OUTPUT = Path(__file__).parents[1] / "docs" / "gates.png"


def main() -> None:
    """Draw it into its file."""
    mpl.use("Agg")
    write_whole(OUTPUT, draw())


def draw() -> bytes:
    """Run the sentence through the forward LSTM and draw f and C; a PNG."""
    tagger = load_tagger(SAMPLE_TAGGER)
    tagged = tag_text(tagger, TEXT)
    ids = tagger.encoder.encode_words([word.word for word in tagged])
    with torch.no_grad():
        x = tagger.model.word_embeddings(ids).unsqueeze(1).numpy()
    run = lstm_sequence(x, weights_from_torch(tagger.model.lstm))
    labels = [
        word.word if word.tag == "O" else f"{word.word} ({word.tag})" for word in tagged
    ]
    with plt.style.context("lstm_helpers.style"):
        figure, axes = plt.subplots(1, 2, figsize=(9.5, 4))
        plot_state(run.f[:, 0], "f", labels, ax=axes[0])
        plot_state(run.c[:, 0], "c", labels, ax=axes[1])
        png = io.BytesIO()
        figure.savefig(png, format="png", dpi=110, metadata=drawn_from())
    plt.close(figure)
    return png.getvalue()


def drawn_from() -> dict[str, str]:
    """Say what the picture shows: the sentence, and the weights' sha256."""
    [weights] = SAMPLE_TAGGER.glob("weights-*.safetensors")
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    return {"Sentence": TEXT, "Weights": sha256}


if __name__ == "__main__":
    main()
