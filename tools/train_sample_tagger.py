"""Train the committed tagger, data/sample_tagger, as notebook 4 does.

python tools/train_sample_tagger.py      (make sample-tagger)
"""

from dataclasses import replace

import torch

from lstm_helpers.data import benchmark_split, read_corpus
from lstm_helpers.models import SAMPLE_TAGGER, save_tagger
from lstm_helpers.training import Plan, Rung, evaluate, train_rung

AS_IN_NOTEBOOK_4 = Rung(plan=Plan(patience=3))


def main() -> None:
    """Train, score once on the test part, save."""
    torch.set_num_threads(1)  # as the notebook, to the bit
    corpus = read_corpus("sample")
    split = benchmark_split(corpus.sentences)
    tagger, _ = train_rung(AS_IN_NOTEBOOK_4, split.train, split.validation)
    about = {
        "corpus": corpus.name,
        **tagger.about,
        "validation_f1": round(tagger.about["validation_f1"], 3),
        "test_f1": round(evaluate(tagger, split.test), 3),
    }
    save_tagger(SAMPLE_TAGGER, replace(tagger, about=about))
    print(f"{SAMPLE_TAGGER}: {about}")


if __name__ == "__main__":
    main()
