"""Train the committed tagger, data/sample_tagger, as notebook 4 does.

python tools/train_sample_tagger.py      (make sample-tagger)
"""

import torch

from lstm_helpers.data import benchmark_split, build_encoder, read_corpus
from lstm_helpers.files import checksum
from lstm_helpers.models import (
    SAMPLE_TAGGER,
    RecurrentTagger,
    TrainedTagger,
    save_tagger,
)
from lstm_helpers.training import Plan, best_record, evaluate, fit


def main():
    """Train, score once on the test part, save."""
    torch.set_num_threads(1)  # as the notebook, to the bit
    corpus = read_corpus("sample")
    split = benchmark_split(corpus.sentences)
    encoder = build_encoder(split.train)
    torch.manual_seed(0)
    model = RecurrentTagger(len(encoder.words), len(encoder.tags))
    history = fit(model, encoder, split.train, split.validation, Plan(patience=3))
    best = best_record(history)
    about = {
        "corpus": corpus.name,
        "training_sha256": checksum(split.train),
        "epochs": best.epoch,
        "validation_f1": round(best.validation_f1, 3),
        "test_f1": round(evaluate(TrainedTagger(model, encoder), split.test), 3),
    }
    save_tagger(SAMPLE_TAGGER, TrainedTagger(model, encoder, about))
    print(f"{SAMPLE_TAGGER}: {about}")


if __name__ == "__main__":
    main()
