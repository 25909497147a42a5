"""Measure on the real corpus what README and notebooks quote of it.

    python tools/measure_real.py            rewrites data/real_figures.json: 25 minutes
    python tools/measure_real.py --quick    all but the post's twenty epochs: 2 minutes

A quoted figure is followed by a comment with its key, <!--gmb:key-->, and
tests/test_real_figures.py holds it equal to the file.
"""

import argparse
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import torch

from lstm_helpers.data import (
    Corpus,
    Encoder,
    Sentence,
    Split,
    benchmark_split,
    build_encoder,
    post_split,
    read_corpus,
)
from lstm_helpers.files import read_member
from lstm_helpers.metrics import entity_f1, weighted_token_f1
from lstm_helpers.models import RecurrentTagger, TrainedTagger
from lstm_helpers.post import reproduce
from lstm_helpers.training import Plan, evaluate, fit
from results import read_results, write_results

OUTPUT = Path(__file__).parents[1] / "data" / "real_figures.json"
COMMAND = "python tools/measure_real.py"
PACKAGES = ("torch", "numpy", "pandas", "scikit-learn", "seqeval")
POST_EPOCHS = (1, 3, 20)


def measure_traps(corpus: Corpus, benchmark_train: list[Sentence]) -> dict[str, float]:
    """Count what the post's way of reading and splitting costs (notebooks 2 and 4)."""
    raw = read_member(corpus.path)
    table = pd.read_csv(io.BytesIO(raw), encoding="ISO-8859-1")
    versions = defaultdict(set)
    for sentence in corpus.sentences:
        versions[tuple(sentence.words)].add(tuple(sentence.tags))
    train, test = post_split(corpus.sentences)
    known = {tuple(sentence.words) for sentence in train}
    words = {word for sentence in train for word in sentence.words}
    pairs = [pair for s in test for pair in zip(s.words, s.tags, strict=True)]
    distinct = [len(set(sentence.words)) for sentence in benchmark_train]
    in_mentions = [word for word, tag in pairs if tag != "O"]
    return {
        "words_read_as_missing": int(table["Word"].isna().sum()),
        "control_characters": sum(0x80 <= byte <= 0x9F for byte in raw),
        "conflicting_groups": sum(len(tags) > 1 for tags in versions.values()),
        "leaked_test_sentences": sum(tuple(s.words) in known for s in test),
        "test_only_share": share(word not in words for word, _ in pairs),
        "test_only_share_in_mentions": share(word not in words for word in in_mentions),
        "post_steps_a_pass": len(benchmark_train),
        "embedding_rows": len({w for s in corpus.sentences for w in s.words}),
        "distinct_words_a_sentence": round(sum(distinct) / len(distinct), 1),
    }


def measure_baselines(split: Split) -> dict[str, float]:
    """Score two taggers that need no training (notebooks 2 and 5)."""
    gold = [sentence.tags for sentence in split.test]
    all_o = [["O"] * len(tags) for tags in gold]
    counts = defaultdict(Counter)
    for sentence in split.train:
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            counts[word][tag] += 1
    usual = {word: found.most_common(1)[0][0] for word, found in counts.items()}
    frequent = [[usual.get(word, "O") for word in s.words] for s in split.test]
    return {
        "all_o_swapped_f1": round(weighted_token_f1(all_o, gold), 3),
        "all_o_f1": round(weighted_token_f1(gold, all_o), 3),
        "frequent_swapped_f1": round(weighted_token_f1(frequent, gold), 3),
        "baseline_entity_f1": round(entity_f1(gold, frequent), 3),
    }


def measure_model(split: Split, encoder: Encoder) -> dict[str, float]:
    """Count parameters, and words whose tag their sentence's start leaves open (3)."""
    model = RecurrentTagger(len(encoder.words), len(encoder.tags))
    n_embedding = model.word_embeddings.weight.numel()
    by_start = defaultdict(Counter)
    for sentence in {tuple(s.words): s for s in split.train}.values():  # one of each
        for k, tag in enumerate(sentence.tags):
            by_start[tuple(sentence.words[: k + 1])][tag] += 1
    return {
        "model_embedding_share": round(
            n_embedding / sum(p.numel() for p in model.parameters()), 3
        ),
        "model_starts_with_several_tags": sum(len(c) > 1 for c in by_start.values()),
        "model_words_surely_wrong": sum(
            c.total() - max(c.values()) for c in by_start.values()
        ),
    }


def measure_fit(split: Split, encoder: Encoder) -> dict[str, float]:
    """Train as notebook 4 does: once in full, and three seeds for three epochs."""

    def train(plan):
        torch.manual_seed(plan.seed)
        model = RecurrentTagger(len(encoder.words), len(encoder.tags))
        history = fit(model, encoder, split.train, split.validation, plan)
        return TrainedTagger(model, encoder), history

    tagger, _ = train(Plan())
    plans = [Plan(epochs=3, seed=seed) for seed in range(3)]
    finals = [train(plan)[1][-1].validation_f1 for plan in plans]
    return {
        "fit_entity_f1": round(evaluate(tagger, split.test), 3),
        "seeds_f1_mean": round(sum(finals) / 3, 2),
    }


def measure_post(corpus: Corpus) -> dict[str, float]:
    """Train the post's tagger as the post does."""
    figures = {}
    for row in reproduce(corpus.path, max(POST_EPOCHS)):
        print(row, flush=True)
        if row["epoch"] in POST_EPOCHS:
            for name in ("entity_f1", "weighted_f1", "swapped_f1"):
                figures[f"post_{name}_{row['epoch']}"] = round(row[name], 3)
    return figures


def share(flags: Iterable[bool]) -> float:
    """Compute the share of true flags, rounded to three digits."""
    flags = list(flags)
    return round(sum(flags) / len(flags), 3)


def main() -> None:
    """Measure and record; figures that were not measured now are kept."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="without the post's epochs"
    )
    options = parser.parse_args()
    corpus = read_corpus("gmb")
    split = benchmark_split(corpus.sentences)
    encoder = build_encoder(split.train)
    recorded = read_results(OUTPUT)["figures"]
    recorded |= measure_traps(corpus, split.train)
    recorded |= measure_baselines(split)
    recorded |= measure_model(split, encoder)
    recorded |= measure_fit(split, encoder)
    if not options.quick:
        recorded |= measure_post(corpus)
    write_results(OUTPUT, COMMAND, PACKAGES, recorded)
    print(OUTPUT.read_text("utf-8"))


if __name__ == "__main__":
    main()
