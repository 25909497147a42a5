"""A Stop at any line of a training, twice as well: nothing is ever half done."""

import copy
import os
import signal
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from builders import assert_same

import lstm_helpers
from lstm_helpers.data.encoding import build_encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.checkpoints import load_state
from lstm_helpers.models.taggers import build_tagger
from lstm_helpers.training import loop
from lstm_helpers.training.loop import fit
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.stopping import StopNote

PACKAGE = str(Path(lstm_helpers.__file__).parent)
TRAIN = [
    Sentence([word, "saw", other], ["B-per", "O", "B-geo"], [], "")
    for word, other in (("Verda", "Pell"), ("Lake", "May"), ("Pell", "Bank"))
]
ENCODER = build_encoder(TRAIN)
PLAN = Plan(epochs=3, batch_size=2, learning_rate=0.1)
PYTHONS = signal.default_int_handler


def build():
    torch.manual_seed(0)
    sizes = {"embedding_dim": 2, "hidden_size": 2, "dropout": 0.3}
    return build_tagger("RecurrentTagger", ENCODER, **sizes)


class Weights:
    """Keeps the weights of each epoch; 0 stands for those before the first."""

    def __init__(self, model):
        self.model, self.of = model, {}
        self(None)

    def __call__(self, record):
        """Keep what the model has now."""
        number = record.epoch if record else 0
        self.of[number] = copy.deepcopy(self.model.state_dict())


def train(folder=None, on_epoch=None, plan=PLAN, stopper=None):
    """Train; give the history, or None if an interrupt came through, and the model."""
    model = build()
    options = {"checkpoint": folder, "on_epoch": on_epoch, "progress": False}
    try:
        with stopper or nullcontext():
            history = fit(model, ENCODER, TRAIN, TRAIN, plan, **options)
    except KeyboardInterrupt:
        history = None
    return history, model.state_dict()


def without_seconds(history):
    return [record[:-1] for record in history]


@pytest.fixture(scope="module")
def left_alone():
    """The history of a training that nobody stops, and each epoch's weights."""
    model = build()
    weights = Weights(model)
    history = fit(model, ENCODER, TRAIN, TRAIN, PLAN, on_epoch=weights, progress=False)
    return without_seconds(history), weights.of


class Stopper:
    """Sends a real SIGINT at the n-th line that is run within the package."""

    def __init__(self, at=None, *, twice=False):
        self.at, self.twice, self.n_lines = at, twice, 0
        self.was_noted = True  # whether a training was there to take it

    def trace(self, frame, event, _):
        """Count lines; at the wanted one, stop."""
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        self.n_lines += event == "line"
        if event == "line" and self.n_lines == self.at:
            self.was_noted = signal.getsignal(signal.SIGINT) is not PYTHONS
            if self.twice:
                sys.setprofile(self.again)
            signal.raise_signal(signal.SIGINT)
        return self.trace

    def again(self, frame, event, _):
        """Stop once more, as soon as another function begins or ends."""
        if frame.f_code is not Stopper.trace.__code__:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)

    def __enter__(self):
        self.old = sys.gettrace()
        sys.settrace(self.trace)
        return self

    def __exit__(self, *_):
        sys.settrace(self.old)
        sys.setprofile(None)


def on_epoch(record):
    """Take no line of the package."""


def kept_of(history):
    """Number the epoch whose weights are to be kept; 0 if there was none."""
    f1 = [record[3] for record in history]
    if len(f1) == PLAN.epochs:  # all are run, and the rates have fallen to 0
        return PLAN.epochs
    return f1.index(max(f1)) + 1 if f1 else 0


def stop_everywhere(folder, left_alone, step, twice):
    """Stop at every step-th line; count those at which the training did not end."""
    history, weights = left_alone
    counter = Stopper()
    train(folder / "counted", on_epoch, stopper=counter)
    n_passed_on = 0
    for at in range(1, counter.n_lines + 1, step):
        place = folder / str(at)
        stopper = Stopper(at, twice=twice)
        got, model = train(place, on_epoch, stopper=stopper)
        assert signal.getsignal(signal.SIGINT) is PYTHONS
        n_passed_on += got is None
        assert got is not None or not stopper.was_noted or twice, at
        n_kept = len(got or [])
        assert without_seconds(got or []) == history[:n_kept], at
        if got is None:
            assert any(
                all(model[name].equal(kept[name]) for name in model)
                for kept in weights.values()
            )
        else:
            assert_same(model, weights[kept_of(history[:n_kept])])
        gone_on, model = train(place)
        assert without_seconds(gone_on) == history, at
    return n_passed_on, counter.n_lines


@pytest.mark.long
@pytest.mark.parametrize("twice", [False, True])
def test_a_stop_at_any_line_ends_the_training_whole(tmp_path, left_alone, twice):
    n_passed_on, n_lines = stop_everywhere(tmp_path, left_alone, 97, twice)
    assert n_lines > 1000
    assert n_passed_on <= 1


@pytest.mark.slow
@pytest.mark.parametrize("twice", [False, True])
def test_a_stop_at_any_seventh_line_ends_it_whole(tmp_path, left_alone, twice):
    n_passed_on, n_lines = stop_everywhere(tmp_path, left_alone, 7, twice)
    print(f"Stops at every 7th of {n_lines} lines; outside of it {n_passed_on}")
    assert n_passed_on <= 3


@pytest.mark.parametrize("n_stops", [1, 2, 5])
def test_a_stop_in_a_batch_ends_the_training_after_it(left_alone, n_stops):
    n_batches = []

    def schedule(done):
        n_batches.append(done)
        if len(n_batches) == 5:
            for _ in range(n_stops):
                os.kill(os.getpid(), signal.SIGINT)
        return done

    plan = Plan(epochs=100, batch_size=2, schedule=schedule)
    history, _ = train(plan=plan)
    assert len(history) < 3
    assert len(n_batches) < 8
    assert signal.getsignal(signal.SIGINT) is PYTHONS


def test_a_stop_in_a_callback_is_an_interrupt_there(left_alone):
    found = []

    def stop(record):
        found.append(signal.getsignal(signal.SIGINT))
        if record.epoch == 2:
            signal.raise_signal(signal.SIGINT)

    history, _ = train(on_epoch=stop)
    assert without_seconds(history) == left_alone[0][:2]
    assert found == [PYTHONS] * 2


def test_a_program_that_handles_stops_itself_keeps_its_handler():
    seen = []

    def stop(record):
        signal.raise_signal(signal.SIGINT)

    old = signal.signal(signal.SIGINT, lambda *_: seen.append(1))
    try:
        history, _ = train(on_epoch=stop)
    finally:
        signal.signal(signal.SIGINT, old)
    assert len(history) == len(seen) == 3


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_a_handler_that_is_set_in_a_callback_stays(left_alone, error):
    handlers, found = [lambda *_: None, signal.SIG_IGN, PYTHONS], []

    def change(record):
        found.append(signal.getsignal(signal.SIGINT))
        signal.signal(signal.SIGINT, handlers[record.epoch - 1])
        if error and record.epoch == 2:
            raise error

    model, options = build(), {"on_epoch": change, "progress": False}
    try:
        with pytest.raises(error) if error else nullcontext():
            history = fit(model, ENCODER, TRAIN, TRAIN, PLAN, **options)
            assert without_seconds(history) == left_alone[0]
        assert found == [PYTHONS, *handlers[: len(found) - 1]]
        assert signal.getsignal(signal.SIGINT) == handlers[len(found) - 1]
    finally:
        signal.signal(signal.SIGINT, PYTHONS)


def test_in_another_thread_a_training_is_the_same(left_alone):
    histories = []
    thread = threading.Thread(target=lambda: histories.append(train()[0]))
    thread.start()
    thread.join()
    assert without_seconds(histories[0]) == left_alone[0]


class BrokenBar(loop.Bar):
    """Its end is broken off, too."""

    def close(self):
        """Close, as the user presses Stop."""
        was_open, self.is_open = getattr(self, "is_open", True), False
        super().close()
        if was_open:
            raise KeyboardInterrupt


@pytest.mark.parametrize("stops_before", [False, True])
def test_a_stop_while_the_bar_closes(monkeypatch, left_alone, stops_before):
    monkeypatch.setattr(loop, "Bar", BrokenBar)

    def stop(record):
        if stops_before and record.epoch == 2:
            raise KeyboardInterrupt

    history, weights = left_alone
    got, model = train(on_epoch=stop)
    n_kept = 2 if stops_before else 3
    assert without_seconds(got) == history[:n_kept]
    assert_same(model, weights[kept_of(history[:n_kept])])


def test_what_an_interrupt_breaks_off_is_done_again():
    n_tries = []

    def work():
        n_tries.append(1)
        if len(n_tries) < 4:
            raise KeyboardInterrupt

    with StopNote() as stop:
        stop.insist(work)
    assert len(n_tries) == 4


@pytest.mark.parametrize("error", [SystemExit, MemoryError, GeneratorExit])
def test_other_ends_come_through_and_leave_the_kept_weights(left_alone, error):
    model = build()

    def fail(record):
        if record.epoch == 3:
            raise error

    with pytest.raises(error):
        fit(model, ENCODER, TRAIN, TRAIN, PLAN, on_epoch=fail, progress=False)
    history, weights = left_alone
    assert_same(model.state_dict(), weights[kept_of(history)])
    assert signal.getsignal(signal.SIGINT) is PYTHONS


KERNEL = """
import os, signal, sys, tempfile
sys.path[:0] = {path!r}
import test_stopping as t
n = []
def schedule(done):
    n.append(1)
    if len(n) == 5:
        os.kill(os.getpid(), signal.SIGINT)
    return done
history, _ = t.train(plan=t.Plan(epochs=100, batch_size=2, schedule=schedule))
print(type(history).__name__, len(history) < 3)
"""


@pytest.mark.long
def test_a_stop_in_a_kernel_returns_the_history():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    printed = []
    try:
        client.execute_interactive(
            KERNEL.format(path=sys.path),
            timeout=60,
            output_hook=lambda m: printed.append(m["content"].get("text", m)),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "list True\n" in printed, printed


def test_a_stopped_training_has_saved_whole_epochs(tmp_path):
    history, _ = train(tmp_path, stopper=Stopper(3000))
    saved = load_state(tmp_path)[1]["history"] if history else []
    assert len(saved) == len(history)


def test_what_is_insisted_on_is_done_once_though_a_stop_comes():
    done = []

    def work():
        done.append(signal.getsignal(signal.SIGINT))
        if len(done) == 1:
            signal.raise_signal(signal.SIGINT)

    with StopNote() as stop:
        stop.pass_on()
        stop.insist(work)
    assert len(done) == 1
    assert done != [PYTHONS]
