"""Measure the taggers and their peers on the real corpus: make benchmark.

    python tools/benchmark.py                 everything: about two hours on two cores
    python tools/benchmark.py --quick         a part, in minutes: it says which
    python tools/benchmark.py --only best     the rows whose names begin so, anew
    python tools/benchmark.py --run best/1/0  one row in this process, printed as JSON

Every row is measured in a process of its own, with one thread ("cores" with one and
two), and written as soon as it is there. A run of everything goes to
build/benchmark.json, goes on from there if it was stopped, and becomes
data/benchmark.json, which README and notebooks quote, when it is whole. Seconds are CPU
time of the process, imports aside. The test part is scored here and nowhere else.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import mean, median, stdev

import torch
from torch import nn
from tqdm import tqdm

from lstm_helpers.data import (
    FEATURES,
    Sentence,
    benchmark_split,
    build_encoder,
    count_illegal,
    encode_sentences,
    group_by_length,
    iterate_batches,
    read_corpus,
)
from lstm_helpers.metrics import entity_f1, weighted_token_f1
from lstm_helpers.models import (
    CRF,
    build_tagger,
    load_tagger,
    predict_tags,
    save_tagger,
)
from lstm_helpers.post import reproduce
from lstm_helpers.prediction import tag_text
from lstm_helpers.training import (
    PAIRS,
    RUNGS,
    Optimisers,
    build_optimisers,
    hide_singletons,
    train_one_epoch,
    train_rung,
)

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "data" / "benchmark.json"
UNFINISHED = ROOT / "build" / "benchmark.json"
QUICK = ROOT / "build" / "benchmark-quick.json"
COMPARED = ("fast", "crfsuite-pos")  # their times: as often as each other, in turns
QUALITY = ("best", "fast", "window", "looks", "words", "post_sizes", "quick")
FAST = RUNGS["fast"]
ENVIRONMENT = {"OMP_NUM_THREADS": "1"}  # of every row, peers included
KEEP_MEMORY = {  # of rows that compare sizes: glibc gives none back between steps
    "MALLOC_TRIM_THRESHOLD_": "10000000000",
    "MALLOC_MMAP_THRESHOLD_": "10000000000",
}
OF_BOTH = ("use", "sizes", "lengths", "cores")  # rows of "fast" and of "best"
N_WORDS_TAGGED = 200_000  # in the timing of bulk tagging
TWENTY = (
    "The minister told reporters in Geneva on Monday that talks with the rebels "
    "would go on until the end of May ."
)


def sparse_adam(model, learning_rate, _):
    """Make the optimisers with SparseAdam for the embedding."""
    dense, rows = build_optimisers(model, learning_rate, 1.0)
    weights = [p for group in rows.param_groups for p in group["params"]]
    return Optimisers(dense, torch.optim.SparseAdam(weights, lr=learning_rate))


def with_sizes(**sizes):
    """Change some of the sizes of the rung that is ablated."""
    return replace(FAST, sizes=FAST.sizes | sizes)


def with_a_window(**how):
    """Pool the rung that is ablated with a window, as in "best"."""
    return replace(with_sizes(**PAIRS, **how), kind="PooledTagger")


def with_training(**training):
    """Change how the rung that is ablated is trained."""
    return replace(FAST, plan=replace(FAST.plan, **training))


ABLATIONS = {  # what is changed in "fast", by the name that tables and figures give it
    "one direction": with_sizes(bidirectional=False),
    "no features": replace(FAST, features=()),
    "no shape": replace(FAST, features=tuple(f for f in FAST.features if f != "shape")),
    "all features": replace(FAST, features=tuple(FEATURES)),
    "no CRF": replace(FAST, head="PerWord"),
    "unknown word untrained": with_training(unknown_rate=0.0),
    "no dropout": with_sizes(dropout=0.0, word_dropout=0.0),
    "no word dropout": with_sizes(word_dropout=0.0),
    "8 sentences a batch": with_training(batch_size=8, batch_words=0),
    "32 sentences a batch": with_training(batch_words=0),
    "8,192 words a batch": with_training(batch_words=8192),
    "SparseAdam": with_training(build=sparse_adam),
    "constant rates": with_training(schedule=lambda _: 1.0),
    "half the units": with_sizes(hidden_size=FAST.sizes["hidden_size"] // 2),
    "two layers": with_sizes(num_layers=2),
    "with a window": with_a_window(),
    "with a window, learned together": with_a_window(apart=False),
}


def main():
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a part of it")
    parser.add_argument("--only", default="", help="rows whose names begin so")
    parser.add_argument("--run", help="one row, in this process")
    parser.add_argument("--jobs", type=int, default=1, help="rows measured at once")
    options = parser.parse_args()
    if options.run:
        print(json.dumps(run_row(options.run)))
        return
    names = [n for n in row_names(options.quick) if n.startswith(options.only)]
    if options.quick:
        path, rows = QUICK, {}
    elif options.only:
        path, rows = OUTPUT, read_rows(OUTPUT)
    else:
        path, rows = UNFINISHED, read_rows(UNFINISHED)
        names = [name for name in names if name not in rows]
    for needed in {*map(needs, names)} - {None, *names}:
        if not tagger_folder(needed.split("/")[0]).exists():
            names.append(needed)
    path.parent.mkdir(exist_ok=True)
    with tqdm(total=len(names), unit="row") as bar:
        for name, row in measure(names, options.jobs):
            rows[name] = row
            write(rows, path)
            bar.update()
            bar.set_postfix_str(name)
    if path == UNFINISHED:
        path = path.replace(OUTPUT)
    print(describe(rows, options.quick), f"Written to {path}.", sep="\n\n")


def read_rows(path):
    """Read the rows of a file of results, none where there is no file."""
    return json.loads(path.read_text("utf-8"))["rows"] if path.exists() else {}


def describe(rows, quick):
    """Lay out the rows, one a line; say what a quick run leaves out."""
    lines = []
    for name, row in sorted(rows.items()):
        plain = [f"{k} {v:.4g}" for k, v in row.items() if not isinstance(v, dict)]
        lines.append(f"{name:40}" + ", ".join(plain))
    text = "\n".join(lines)
    if not quick:
        return text
    part = {name.split("/")[0] for name in row_names(True)}
    kinds = [name.split("/")[0] for name in row_names(False)]
    unseen = [kind for kind in dict.fromkeys(kinds) if kind not in part]
    return (
        f"{text}\n\nLeft out: the second split and seeds 1 and 2, so there is no "
        f"spread, and all rows of {', '.join(unseen)}. The post's 20 epochs are "
        "reckoned from one."
    )


def row_names(quick):
    """List the rows: KIND/SPLIT/SEED for quality, others by what they measure.

    The longest begins; beside it, in turns, those whose times are compared.
    """
    n_seeds = 1 if quick else 3
    first = [f"{kind}/0/{k}" for k in range(n_seeds) for kind in COMPARED]
    first = ["best/0/0", *first]
    if quick:
        rungs = ("looks", "post_sizes", "quick")
        quality = [*first, *(f"{kind}/0/0" for kind in rungs), "post-epoch/0/0"]
        return [*quality, "reading", "crf", "throughput", "use/fast", "use/best"]
    quality = [f"{q}/{s}/{k}" for s in range(2) for q in QUALITY for k in range(3)]
    quality = first + [name for name in quality if name not in first]
    peers = ["crfsuite-pos/1/0", "crfsuite/0/0", "spacy/0/0"]
    peers += ["post/0/0", "post-epoch/0/0"]
    changed = [f"ablation/{name}/{k}" for k in range(3) for name in ABLATIONS]
    speed = ["reading", "crf", "throughput"]
    speed += [f"{what}/{name}" for what in OF_BOTH for name in ("fast", "best")]
    return quality + peers + changed + speed


def measure(names, jobs):
    """Run rows in processes of their own; yield name and result as they end.

    The rows that need a trained tagger come when it is there, and those that need two
    cores last, each by itself.
    """
    waiting = sorted(names, key=lambda name: (needs_two_cores(name), bool(needs(name))))
    running = {}
    while waiting or running:
        while waiting and len(running) < (1 if needs_two_cores(waiting[0]) else jobs):
            if needs(waiting[0]) in running:
                break
            name = waiting.pop(0)
            command = [sys.executable, __file__, "--run", name]
            more = KEEP_MEMORY if name.startswith(("sizes", "lengths")) else {}
            environment = os.environ | ENVIRONMENT | more
            running[name] = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, text=True
            )
        for name, process in [*running.items()]:
            if process.poll() is None:
                continue
            text = process.stdout.read()
            del running[name]
            if process.returncode:
                sys.exit(f"{name}: exit status {process.returncode}")
            yield name, json.loads(text.splitlines()[-1])
        time.sleep(0.2)


def needs_two_cores(name):
    """Say whether a row is one that compares one thread with two."""
    return name.startswith("cores")


def needs(name):
    """Name the row whose trained tagger a row uses, if it uses one."""
    what, kind = name.split("/")[:2] if "/" in name else (name, None)
    return f"{kind}/0/0" if what in ("use", "cores") else None


def run_row(name):
    """Measure one row; a dict of figures."""
    torch.set_num_threads(1)
    warm_up()
    kind, *rest = name.split("/")
    if kind == "ablation":
        return measure_ablation(rest[0], int(rest[1]))
    if kind in OF_BOTH:
        return globals()[f"measure_{kind}"](rest[0])
    if rest:
        split, seed = map(int, rest)
        return {
            **dict.fromkeys(QUALITY, measure_quality),
            "crfsuite": measure_crfsuite,
            "crfsuite-pos": measure_crfsuite,
            "spacy": measure_spacy,
            "post": measure_post,
            "post-epoch": measure_post,
        }[kind](kind, split, seed)
    return globals()[f"measure_{kind}"]()


def warm_up():
    """Let torch load what it loads at the first optimiser: counted as imports."""
    weight = nn.Parameter(torch.zeros(1))
    weight.sum().backward()
    torch.optim.Adam([weight], fused=True).step()


def seconds_of(work, *arguments, **options):
    """Return what a call returns, and its CPU seconds."""
    start = time.process_time()
    result = work(*arguments, **options)
    return result, time.process_time() - start


def peak_megabytes():
    """Give the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def count_words(sentences):
    """Count the words of sentences."""
    return sum(len(sentence.words) for sentence in sentences)


def scores_of(sentences, predicted):
    """Score by every measure that is reported."""
    gold = [sentence.tags for sentence in sentences]
    return {
        "f1": entity_f1(gold, predicted),
        "f1_lenient": entity_f1(gold, predicted, lenient=True),
        "f1_words": weighted_token_f1(gold, predicted),
    }


def measure_quality(kind, split, seed):
    """Train a rung with its fixed schedule, score it on the test part."""
    parts = benchmark_split(read_corpus("gmb").sentences, random_state=split)
    options = {"seed": seed, "progress": False}
    (tagger, history), seconds = seconds_of(
        train_rung, RUNGS[kind], parts.train, parts.validation, **options
    )
    peak = peak_megabytes()
    predicted = predict_tags(tagger, parts.test)
    if kind in ("fast", "best") and (split, seed) == (0, 0):
        save_tagger(tagger_folder(kind), tagger)
    return {
        "validation_f1": tagger.about["validation_f1"],
        **scores_of(parts.test, predicted),
        "epochs": len(history),
        "seconds": seconds,
        "words_a_second": count_words(parts.train) * len(history) / seconds,
        "megabytes": peak,
    }


def tagger_folder(kind):
    """Where a trained tagger is kept between rows."""
    return UNFINISHED.parent / f"benchmark-{kind}"


def measure_ablation(name, seed):
    """Train "fast" with something changed; only the validation part is looked at."""
    parts = benchmark_split(read_corpus("gmb").sentences)
    (tagger, _), seconds = seconds_of(
        train_rung,
        ABLATIONS[name],
        parts.train,
        parts.validation,
        seed=seed,
        progress=False,
    )
    return {"validation_f1": tagger.about["validation_f1"], "seconds": seconds}


def measure_post(kind, *_):
    """Train as the post does on its own split: 20 epochs, or one."""
    n_epochs = 20 if kind == "post" else 1
    path = read_corpus("gmb").path
    rows = [*reproduce(path, n_epochs)]
    last = rows[-1]
    return {
        "f1": last["entity_f1"],
        "f1_words": last["weighted_f1"],
        "f1_swapped": last["swapped_f1"],
        "seconds": sum(row["train_seconds"] for row in rows),  # no reading, no scoring
        "epochs": n_epochs,
    }


def crfsuite_features(sentence, with_pos):
    """Describe each word and its neighbours, as crfsuite's tutorial does."""
    rows = []
    for word, pos in zip(sentence.words, sentence.pos, strict=True):
        row = {
            "lower": word.lower(),
            "upper": word.isupper(),
            "title": word.istitle(),
            "digit": word.isdigit(),
        }
        rows.append(row | ({"pos": pos, "pos2": pos[:2]} if with_pos else {}))
    described = []
    for t, (word, row) in enumerate(zip(sentence.words, rows, strict=True)):
        here = {"bias": 1.0, "suffix3": word[-3:], "suffix2": word[-2:], **row}
        for offset, edge in ((-1, "first"), (1, "last")):
            if 0 <= t + offset < len(rows):
                near = rows[t + offset]
                here |= {f"{offset}:{k}": v for k, v in near.items() if k != "digit"}
            else:
                here[edge] = True
        described.append(here)
    return described


def measure_crfsuite(kind, split, _):
    """Train crfsuite's CRF: lbfgs, 100 iterations, c1 = c2 = 0.1."""
    from sklearn_crfsuite import CRF as FeatureCRF  # noqa: N811

    parts = benchmark_split(read_corpus("gmb").sentences, random_state=split)
    with_pos = kind.endswith("pos")

    def train():
        crf = FeatureCRF(
            algorithm="lbfgs",
            c1=0.1,
            c2=0.1,
            max_iterations=100,
            all_possible_transitions=True,
        )
        X = [crfsuite_features(s, with_pos) for s in parts.train]
        return crf.fit(X, [s.tags for s in parts.train])

    def tag():
        return crf.predict([crfsuite_features(s, with_pos) for s in parts.test])

    crf, seconds = seconds_of(train)
    predicted, tagging = seconds_of(tag)
    return {
        **scores_of(parts.test, predicted),
        "seconds": seconds,
        "tagged_a_second": count_words(parts.test) / tagging,
        "megabytes": peak_megabytes(),
    }


def measure_spacy(_, split, seed):
    """Train spaCy's blank English pipeline: three passes."""
    import random

    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example, iob_to_biluo
    from spacy.util import compounding, minibatch

    parts = benchmark_split(read_corpus("gmb").sentences, random_state=split)
    random.seed(seed)
    spacy.util.fix_random_seed(seed)
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    for kind in {tag[2:] for s in parts.train for tag in s.tags if tag != "O"}:
        ner.add_label(kind)

    def train():
        examples = [
            Example.from_dict(
                Doc(nlp.vocab, words=s.words), {"entities": iob_to_biluo(s.tags)}
            )
            for s in parts.train
        ]
        optimizer = nlp.initialize(lambda: examples[:1000])
        for _ in range(3):
            random.shuffle(examples)
            for batch in minibatch(examples, size=compounding(8.0, 64.0, 1.001)):
                nlp.update(batch, sgd=optimizer, drop=0.2)

    def tag():
        docs = [Doc(nlp.vocab, words=s.words) for s in parts.test]
        return [
            [
                t.ent_iob_ if t.ent_iob_ == "O" else f"{t.ent_iob_}-{t.ent_type_}"
                for t in doc
            ]
            for doc in nlp.pipe(docs, batch_size=256)
        ]

    _, seconds = seconds_of(train)
    predicted, tagging = seconds_of(tag)
    return {
        **scores_of(parts.test, predicted),
        "seconds": seconds,
        "tagged_a_second": count_words(parts.test) / tagging,
        "megabytes": peak_megabytes(),
    }


def measure_reading():
    """Read, split and encode the corpus."""

    def prepare():
        parts = benchmark_split(read_corpus("gmb").sentences)
        encoder = build_encoder(parts.train, FAST.features)
        return [group_by_length(encode_sentences(encoder, part)) for part in parts]

    return {"seconds": median(seconds_of(prepare)[1] for _ in range(3))}


def measure_crf():
    """Time the CRF's loss and its derivatives against pytorch-crf's, on one batch."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torchcrf import CRF as PeerCRF  # noqa: N811
    tags = ["O", *(f"{p}-{kind}" for kind in "abcdefgh" for p in "BI")]
    T, B, K = 22, 32, len(tags)
    emissions = torch.randn(T, B, K, requires_grad=True)
    gold = torch.zeros(T, B, dtype=torch.long)
    ours, theirs = CRF(tags), PeerCRF(K)
    ratios = []
    for _ in range(50):
        _, a = seconds_of(lambda: ours(emissions, gold).sum().backward())
        _, b = seconds_of(lambda: theirs(emissions, gold).backward())
        ratios.append(b / a)
    return {"times_pytorch_crf": median(ratios)}


def measure_throughput():
    """Time a training pass of the seed's sizes against its bare LSTM, in turns."""
    parts = benchmark_split(read_corpus("gmb").sentences)
    encoder = build_encoder(parts.train)
    model = build_tagger("RecurrentTagger", encoder, bidirectional=False)
    optimisers = build_optimisers(model, 0.01, 0.3)
    generator = torch.Generator().manual_seed(0)
    groups = group_by_length(encode_sentences(encoder, parts.train))
    batches = [*iterate_batches(groups, 32, generator)]
    bare = nn.LSTM(32, 32)

    def whole(batches):
        hidden = hide_singletons(batches, encoder.first_singleton, 0.5, generator)
        train_one_epoch(model, hidden, optimisers, 5.0)

    def alone(batches):
        for batch in batches:
            x = torch.empty(*batch.words.shape, 32).normal_().requires_grad_()
            bare(x)[0].sum().backward()

    def nothing(batches):
        for batch in batches:
            torch.empty(*batch.words.shape, 32).normal_()

    shares, rates = [], []
    for k in range(0, len(batches) - 100, 100):
        part = batches[k : k + 100]
        n_words = sum(batch.words.numel() for batch in part)
        _, all_of_it = seconds_of(whole, part)
        _, lstm = seconds_of(alone, part)
        _, filling = seconds_of(nothing, part)
        shares.append((lstm - filling) / all_of_it)
        rates.append(n_words / all_of_it)
    return {"share_of_bare_lstm": median(shares), "words_a_second": median(rates)}


def measure_use(kind):
    """Load a trained tagger, tag in bulk and one sentence."""
    folder = tagger_folder(kind)
    parts = benchmark_split(read_corpus("gmb").sentences)
    _, loading = seconds_of(load_tagger, folder)
    loading = min(loading, *(seconds_of(load_tagger, folder)[1] for _ in range(4)))
    tagger = load_tagger(folder)
    bulk = parts.test[: len(parts.test) * N_WORDS_TAGGED // count_words(parts.test)]
    rates = []
    for _ in range(5):
        _, seconds = seconds_of(predict_tags, tagger, bulk)
        rates.append(count_words(bulk) / seconds)
    tag_text(tagger, TWENTY)
    single = [seconds_of(tag_text, tagger, TWENTY)[1] for _ in range(1000)]
    n_illegal = sum(count_illegal(predict_tags(tagger, part)) for part in parts)
    return {
        "loading_seconds": loading,
        "tagged_a_second": median(rates),
        "single_seconds": median(single),
        "illegal_tags": n_illegal,
    }


def measure_cores(kind):
    """Time training and tagging with one thread and with two, in turns: elapsed time.

    Each figure is how many times as fast two threads are.
    """
    parts = benchmark_split(read_corpus("gmb").sentences)
    tagger, plan = load_tagger(tagger_folder(kind)), RUNGS[kind].plan
    model, encoder = tagger.model, tagger.encoder
    generator = torch.Generator().manual_seed(0)
    groups = group_by_length(encode_sentences(encoder, parts.train))
    batches = [*iterate_batches(groups, 32, generator, batch_words=plan.batch_words)]
    optimisers = build_optimisers(model, 1e-4, 1e-4)
    works = {
        "tagging": lambda: predict_tags(tagger, parts.test[:2000]),
        "one_sentence": lambda: [tag_text(tagger, TWENTY) for _ in range(100)],
        "training": lambda: train_one_epoch(model, batches[:60], optimisers, 5.0),
    }
    found = {}
    for name, work in works.items():
        ratios = []
        for _ in range(10):
            elapsed = []
            for n_threads in (1, 2):
                torch.set_num_threads(n_threads)
                start = time.perf_counter()
                work()
                elapsed.append(time.perf_counter() - start)
            ratios.append(elapsed[0] / elapsed[1])
        found[f"{name}_by_two_threads"] = median(ratios)
    return found


def measure_sizes(kind):
    """Time a pass over 1/8 to 2 times the training part, by the word."""
    parts = benchmark_split(read_corpus("gmb").sentences)
    n = len(parts.train)
    sizes = {"1/8": n // 8, "1/4": n // 4, "1/2": n // 2, "1": n, "2": 2 * n}
    some = {name: (parts.train * 2)[:size] for name, size in sizes.items()}
    return time_by_word(RUNGS[kind], some)


def measure_lengths(kind):
    """Time a pass over sentences of 20 to 5,000 words, by the word."""
    parts = benchmark_split(read_corpus("gmb").sentences)
    words = [word for s in parts.train for word in s.words]
    tags = [tag for s in parts.train for tag in s.tags]
    some = {}
    for length in (20, 100, 500, 2500, 5000):
        n = 32 * max(1, 5000 // length)
        starts = [k * length % (len(words) - length) for k in range(n)]
        cuts = [slice(at, at + length) for at in starts]
        some[str(length)] = [Sentence(words[c], tags[c], [], "") for c in cuts]
    return time_by_word(RUNGS[kind], some)


def time_by_word(rung, corpora):
    """Time training passes, shuffled as in fit, in turns: medians of five."""
    passes, generator = {}, torch.Generator().manual_seed(0)
    batch_words = rung.plan.batch_words
    for name, sentences in corpora.items():
        encoder = build_encoder(sentences, rung.features)
        model = build_tagger(rung.kind, encoder, head=rung.head, **rung.sizes)
        groups = group_by_length(encode_sentences(encoder, sentences))
        optimisers = build_optimisers(model, 1e-4, 1e-4)

        def one_pass(groups=groups, model=model, optimisers=optimisers):
            batches = iterate_batches(groups, 32, generator, batch_words=batch_words)
            train_one_epoch(model, batches, optimisers, 5.0)

        passes[name] = one_pass
    seconds = {name: [] for name in passes}
    for _ in range(5):
        for name, one_pass in passes.items():
            seconds[name].append(seconds_of(one_pass)[1])
    microseconds = {
        name: 1e6 * median(seconds[name]) / count_words(corpora[name])
        for name in passes
    }
    return {"microseconds": microseconds, "largest_by_least": spread(microseconds)}


def spread(per_word):
    """Divide the largest by the least."""
    return max(per_word.values()) / min(per_word.values())


def write(rows, path):
    """Write rows and the figures that README and notebooks quote."""
    packages = ("torch", "numpy", "sklearn-crfsuite", "spacy", "pytorch-crf", "seqeval")
    content = {
        "command": "make benchmark",
        "machine": f"{processor()}, one thread a process, {platform.system()}",
        "versions": {"python": platform.python_version(), **versions(packages)},
        "figures": figures_of(rows),
        "rows": dict(sorted(rows.items())),
    }
    text = json.dumps(content, indent=1, default=float) + "\n"
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def processor():
    """Name the processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.split(": ")[1] for line in lines if line.startswith("model name"))


def versions(packages):
    """Give the versions of those packages that are installed."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def figures_of(rows):
    """Compute what is quoted, rounded as it is quoted."""
    figures, took, runs = {}, {}, defaultdict(list)
    for name, row in rows.items():
        kind, *rest = name.split("/")
        if kind == "ablation":
            runs[f"ablation {rest[0]}"].append(row)
        elif rest and kind not in OF_BOTH:
            runs[kind + ("" if rest[0] == "0" else " split 2")].append(row)
    for name, found in runs.items():
        key = name.replace(" ", "_").replace("-", "_")
        for measure in ("f1", "f1_lenient", "f1_words", "validation_f1"):
            values = [row[measure] for row in found if measure in row]
            if values:
                figures[f"{key}_{measure}"] = round(mean(values), 3)
                if len(values) > 1:
                    figures[f"{key}_{measure}_spread"] = round(stdev(values), 4)
        took[name] = median(row["seconds"] for row in found)
        figures[f"{key}_seconds"] = round(took[name])
        figures[f"{key}_runs"] = len(found)
        for measure, of_runs, digits in (
            ("words_a_second", median, -3),
            ("tagged_a_second", median, -3),
            ("megabytes", max, -1),
        ):
            if measure in found[0]:
                value = of_runs(row[measure] for row in found)
                figures[f"{key}_{measure}"] = int(round(value, digits))
    figures |= ratios_of(rows, took)
    return dict(sorted(figures.items()))


def ratios_of(rows, took):
    """Compute the ratios between rows; `took` has each kind's median seconds."""
    found = {}
    if {"post-epoch", "quick"} <= took.keys():  # 20 epochs, or 20 times one
        twenty = took.get("post", 20 * took["post-epoch"])
        found["post_twenty_seconds"] = round(twenty)
        found["post_by_quick"] = round(twenty / took["quick"])
    if "crfsuite-pos" in took:
        for kind in ("fast", "best"):
            if kind in took:
                ratio = took[kind] / took["crfsuite-pos"]
                found[f"{kind}_by_crfsuite"] = round(ratio, 2)
    for kind in ("fast", "best"):
        use = rows.get(f"use/{kind}")
        if use:
            found[f"{kind}_tagged_a_second"] = int(round(use["tagged_a_second"], -3))
            found[f"{kind}_single_ms"] = round(1000 * use["single_seconds"], 1)
            found[f"{kind}_loading_ms"] = round(1000 * use["loading_seconds"])
            found[f"{kind}_illegal_tags"] = use["illegal_tags"]
            if "spacy/0/0" in rows:
                rate = rows["spacy/0/0"]["tagged_a_second"]
                found[f"{kind}_tagging_by_spacy"] = round(use["tagged_a_second"] / rate)
        for measure, ratio in rows.get(f"cores/{kind}", {}).items():
            found[f"{kind}_{measure}"] = round(ratio, 2)
    for name, measure, key, digits in (
        ("reading", "seconds", "reading_seconds", 1),
        ("crf", "times_pytorch_crf", "crf_by_pytorch_crf", 1),
        ("throughput", "share_of_bare_lstm", "share_of_bare_lstm", 2),
        *(
            (f"{what}/{kind}", "largest_by_least", f"{kind}_{what}_largest_by_least", 2)
            for what in ("sizes", "lengths")
            for kind in ("fast", "best")
        ),
    ):
        if name in rows:
            found[key] = round(rows[name][measure], digits)
    return found


if __name__ == "__main__":
    main()
