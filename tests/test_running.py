"""Files are tagged on a cluster: the same bytes, nothing lost and nothing twice."""

import errno
import gzip
import json
import random
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
from builders import build_chinese_tagger, build_tagger
from clusters import NEEDS, in_process, results

from lstm_helpers import commands, data, files, prediction, scale
from lstm_helpers.__main__ import main
from lstm_helpers.models.saving import save_tagger
from lstm_helpers.prediction import streaming
from lstm_helpers.scale import parts, running, tagging
from lstm_helpers.scale.parts import Part
from lstm_helpers.scale.running import (
    TaggedFiles,
    find_scheduler,
    start_workers,
    tag_files,
)

pytestmark = pytest.mark.scale
PIECE = 256  # bytes, in the place of a million
WORDS = ["Mr.", "Pell", "left", "Lake", "Verda", "in", "May", ".", "São", "boat"]


@pytest.fixture(scope="module")
def client():
    with in_process() as started:
        yield started


@pytest.fixture
def tagger(tmp_path):
    save_tagger(tmp_path / "mine", build_tagger())
    return tmp_path / "mine"


@pytest.fixture
def texts(tmp_path, monkeypatch):
    """Write three files of lines, which are tagged a few lines at a time."""
    for module in (streaming, parts):
        monkeypatch.setattr(module, "PIECE", PIECE)
    draw = random.Random(0)
    folder = tmp_path / "texts"
    folder.mkdir()
    for k in range(3):
        lines = [" ".join(draw.choices(WORDS, k=draw.randrange(12))) for _ in range(60)]
        (folder / f"{k}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.fixture
def tag(texts, tagger, client, tmp_path):
    """Tag the files, by default all of them, each part of a piece."""

    def call(out="out", pattern="*.txt", client=client, **options):
        options = {"part_bytes": PIECE, "tagger": tagger, **options}
        pattern = f"{texts}/{pattern}"
        return tag_files(pattern, tmp_path / out, client, progress=False, **options)

    return call


@pytest.fixture
def one_by_one(texts, tagger, tmp_path):
    """What the command gives for each file, without a cluster."""
    wanted = {}
    for path in sorted(texts.iterdir()):
        out = tmp_path / "one"
        call = ["tag", "--file", str(path), "--out", str(out), "--format", "jsonl"]
        main([*call, "--tagger", str(tagger)])
        wanted[path.name] = out.read_bytes()
    return wanted


def joined(out):
    """Join the results of each file's parts, in their order."""
    whole = {}
    for name, content in results(out).items():
        source = re.sub(r"\.\d{6}\.\w+$", "", name)
        whole[source] = whole.get(source, b"") + content
    return whole


# --- the same bytes


@pytest.mark.long
@pytest.mark.parametrize("pieces", [1, 3, 1000])
@pytest.mark.parametrize("n_threads", [1, 4])
def test_the_bytes_are_those_of_one_process_whatever_the_parts(
    tag, one_by_one, tmp_path, pieces, n_threads
):
    with in_process(n_threads) as client:
        found = tag(client=client, part_bytes=pieces * PIECE)
    assert joined(tmp_path / "out") == one_by_one
    n_bytes = [(tmp_path / "texts" / name).stat().st_size for name in one_by_one]
    assert found.done == sum(-(-n // (pieces * PIECE)) for n in n_bytes)
    assert (found.kept, found.failed, found.lines) == (0, {}, 180)
    tagged = [json.loads(x) for c in one_by_one.values() for x in c.splitlines()]
    assert found.entities == sum(len(line["entities"]) for line in tagged)


def test_the_order_of_the_parts_and_packing_change_nothing(
    tag, texts, one_by_one, tmp_path, monkeypatch
):
    plan = running.plan_parts
    monkeypatch.setattr(running, "plan_parts", lambda *a: plan(*a)[::-1])
    tag()
    assert joined(tmp_path / "out") == one_by_one
    for path in texts.iterdir():
        packed = path.with_name(f"{path.name}.gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
    tag("packed", "*.gz")
    found = joined(tmp_path / "packed")
    assert found == {f"{name}.gz": x for name, x in one_by_one.items()}


def test_the_scheduler_knows_some_parts_at_once_and_gets_all(client, monkeypatch):
    monkeypatch.setattr(running, "_AHEAD", 3)
    submitted, known = [], []

    def submit(part):
        submitted.append(part.name)
        return client.submit(lambda: {"name": part.name}, pure=False)

    given = (Part(f"{k}", "", "") for k in range(20))
    for n_done, (name, note) in enumerate(running.gather_notes(client, submit, given)):
        assert note == {"name": name}
        known.append(len(submitted) - n_done)
    assert submitted == [f"{k}" for k in range(20)]
    assert (max(known), known[-1]) == (3, 1)


@pytest.mark.parametrize("how", ["cancelled", "closed"])
def test_a_scheduler_that_is_gone_is_said_however_it_is_noticed(
    client, monkeypatch, how
):
    """The client has noticed it, or is in the middle of asking for a result."""
    distributed = pytest.importorskip("distributed", reason=NEEDS)
    closed = distributed.comm.CommClosedError("Stream is closed")
    error = {"cancelled": CancelledError(), "closed": closed}[how]

    def result(_):
        raise error

    monkeypatch.setattr(distributed.Future, "result", result)
    done = running.gather_notes(
        client, lambda _: client.submit(dict, pure=False), [Part("0", "", "")]
    )
    with pytest.raises(ConnectionError, match="the scheduler is gone; what is done is"):
        next(done)


# --- once more


def test_what_is_done_is_kept(tag, tmp_path, monkeypatch):
    first = tag()
    before = results(tmp_path / "out")
    monkeypatch.setattr(tagging, "tag_texts", None)
    assert tag() == first._replace(done=0, kept=first.done)
    assert results(tmp_path / "out") == before


class BrokenError(Exception):
    pass


def count_running(dask_worker):
    return len(dask_worker.active_threads)


@pytest.mark.parametrize(
    "error", [BrokenError, OSError(errno.ENOSPC, "No space left on device")]
)
def test_what_ends_it_costs_the_parts_that_are_not_done(
    client, tag, one_by_one, tmp_path, monkeypatch, error
):
    real, texts = tagging.tag_texts, []

    def tag_texts(tagger, some, **options):
        texts.append(some)
        if len(texts) > 7:
            raise error
        return real(tagger, some, **options)

    monkeypatch.setattr(tagging, "tag_texts", tag_texts)
    monkeypatch.setattr(running, "_AHEAD", 3)
    with pytest.raises(type(error) if isinstance(error, OSError) else error):
        tag()
    while any(client.run(count_running).values()):  # a worker ends what it has begun
        time.sleep(0.01)
    monkeypatch.setattr(tagging, "tag_texts", real)
    n_done = len(results(tmp_path / "out"))
    assert 0 < n_done <= 7
    found = tag()
    assert found.kept == n_done
    assert joined(tmp_path / "out") == one_by_one
    assert not [*(tmp_path / "out").rglob(".part-*")]


def test_a_part_that_is_damaged_is_named_and_the_others_are_tagged(
    tag, texts, one_by_one, tmp_path
):
    packed = gzip.compress((texts / "0.txt").read_bytes())
    (texts / "3.txt.gz").write_bytes(packed[:-20])
    found = tag(pattern="*")
    [(name, reason)] = found.failed.items()
    assert name == "3.txt.gz.000000"
    assert reason.startswith(f"{texts}/3.txt.gz: Compressed file ended")
    assert joined(tmp_path / "out") == one_by_one
    (texts / "3.txt.gz").write_bytes(packed)  # it was repaired
    again = tag(pattern="*")
    assert (again.done, again.kept, again.failed) == (1, found.done, {})
    assert joined(tmp_path / "out")["3.txt.gz"] == one_by_one["0.txt"]


def test_a_file_that_has_changed_is_tagged_anew_and_no_other(tag, texts, tmp_path):
    first = tag()
    (texts / "1.txt").write_text("Pell in May\n")
    found = tag()
    assert found.done == 1
    n_before = -(-(texts / "0.txt").stat().st_size // PIECE)
    n_after = -(-(texts / "2.txt").stat().st_size // PIECE)
    assert found.kept == n_before + n_after < first.done
    assert [name for name in results(tmp_path / "out") if name[0] == "1"] == [
        "1.txt.000000.jsonl"
    ], "no part of the file as it was is left"
    notes = {path.name for path in (tmp_path / "out" / "manifest").iterdir()}
    assert {
        name.replace("jsonl", "json") for name in results(tmp_path / "out")
    } == notes


def test_a_damaged_note_is_none(tag, one_by_one, tmp_path):
    tag()
    for content in (b"", b"{}", b"[1]", b"\xff"):
        note = tmp_path / "out" / "manifest" / "0.txt.000001.json"
        note.write_bytes(content)
        assert tag().done == 1
    assert joined(tmp_path / "out") == one_by_one


@pytest.mark.parametrize("other", ["tagger", "format", "split", "part_bytes"])
def test_results_of_another_call_are_refused(tag, tagger, tmp_path, other):
    tag()
    before = results(tmp_path / "out")
    options = {"format": {"form": "conll"}, "split": {"split": "spaces"}}
    options["part_bytes"] = {"part_bytes": 2 * PIECE}
    if other == "tagger":
        changed = build_tagger()
        changed.about["changed"] = "yes"
        save_tagger(tagger, changed)
    wanted = rf"got results of another call \({other}: .*choose another folder"
    with pytest.raises(ValueError, match=wanted):
        tag(**options.get(other, {}))
    assert results(tmp_path / "out") == before


def test_the_folders_own_tagger_is_put_there_again(tag, one_by_one, tmp_path):
    tag()
    out = tmp_path / "out"
    (out / "0.txt.000000.jsonl").unlink()
    save_tagger(out / "tagger", build_tagger(bidirectional=False))
    assert tag().done == 1
    assert joined(out) == one_by_one


def test_results_without_their_call_are_refused(tag, tmp_path):
    tag()
    (tmp_path / "out" / "call.json").unlink()
    before = results(tmp_path / "out")
    with pytest.raises(ValueError, match=r"got 0\.txt\.0.*but no call\.json; choose"):
        tag()
    assert results(tmp_path / "out") == before


def test_what_may_be_somebody_elses_result_is_refused(tag, tmp_path):
    mine = tmp_path / "out" / "0.txt.999999.jsonl"
    mine.parent.mkdir()
    mine.write_text("of another program")
    with pytest.raises(ValueError, match=r"got 0\.txt\.999999\.jsonl, but no call"):
        tag()
    assert mine.read_text() == "of another program"


def test_a_result_that_its_file_has_no_longer_goes_without_a_note(tag, texts, tmp_path):
    tag()
    out = tmp_path / "out"
    (out / "manifest" / "0.txt.000001.json").unlink()
    mine = out / "9.txt.000001.jsonl"
    mine.write_text("of another program")
    (texts / "0.txt").write_text("Pell\n")
    tag()
    assert [path.name for path in out.glob("0.txt.*")] == ["0.txt.000000.jsonl"]
    assert mine.exists()


def test_files_in_the_folder_for_results_are_refused(tag, texts):
    with pytest.raises(ValueError, match=r"got .*0\.txt in it to tag; choose a folder"):
        tag(out=texts)
    assert {path.name for path in texts.iterdir()} == {"0.txt", "1.txt", "2.txt"}


def test_results_of_files_that_are_not_given_are_refused(tag, tmp_path):
    tag()
    before = results(tmp_path / "out")
    with pytest.raises(ValueError, match=r"results of 2 files that are not .*1\.txt"):
        tag(pattern="0.txt")
    assert results(tmp_path / "out") == before


def test_a_damaged_call_is_refused(tag, tmp_path):
    tag()
    (tmp_path / "out" / "call.json").write_text("{")
    with pytest.raises(ValueError, match=r"got a damaged call\.json; choose another"):
        tag()


def test_two_calls_do_not_write_into_the_same_folder(tag, tmp_path, monkeypatch):
    refused = []

    def run(*_):
        monkeypatch.setattr(running, "_run", None)
        with pytest.raises(
            BlockingIOError, match=r"another program writes.*out"
        ) as caught:
            tag()
        refused.append(caught.value)
        return TaggedFiles(0, 0, {}, 0, 0, 0)

    monkeypatch.setattr(running, "_run", run)
    tag()
    assert refused


def test_text_is_cut_as_the_tagger_needs_it(tag, texts, tmp_path):
    save_tagger(tmp_path / "chinese", build_chinese_tagger())
    (texts / "a.lines").write_text("在北京\n", "utf-8")
    tag("out", "*.lines", tagger=tmp_path / "chinese", form="conll")
    [content] = joined(tmp_path / "out").values()
    rows = content.decode().splitlines()
    assert [row.split("\t")[0] for row in rows] == [*"在北京", ""]


@pytest.mark.parametrize("wrong", [{"form": "html"}, {"split": "letters"}])
def test_another_format_is_refused(tag, wrong):
    with pytest.raises(ValueError, match=r"form, split: got .*wanted one of \['text'"):
        tag(**wrong)


def test_a_folder_without_a_tagger_is_refused_before_all(tag, tmp_path):
    with pytest.raises(FileNotFoundError, match="got no state"):
        tag(tagger=tmp_path / "none")
    assert not (tmp_path / "out").exists()


def test_results_may_lie_on_another_storage(tag, one_by_one, texts, tagger, client):
    import fsspec

    files = fsspec.filesystem("memory")
    for path in texts.iterdir():
        files.pipe_file(f"/in/{path.name}", path.read_bytes())
    options = {"tagger": tagger, "part_bytes": PIECE, "progress": False}
    found = tag_files("memory://in/*", "memory://out", client, **options)
    assert tag_files("memory://in/*", "memory://out", client, **options) == (
        found._replace(done=0, kept=found.done)
    )
    names = sorted(name for name in files.find("/out") if name.endswith(".jsonl"))
    assert b"".join(map(files.cat_file, names)) == b"".join(one_by_one.values())
    files.store.clear()


# --- from a shell


@pytest.fixture
def shell_tag(monkeypatch, client, tagger, tmp_path):
    """Call the command; its workers are the test's own."""
    asked = []
    for name in ("start_workers", "find_scheduler"):
        monkeypatch.setattr(
            running, name, lambda given: asked.append(given) or nullcontext(client)
        )

    def call(*arguments):
        out = ["--out", str(tmp_path / "out"), "--tagger", str(tagger)]
        main(["tag", *out, "--part", "1", *map(str, arguments)])
        return asked

    return call


@pytest.mark.parametrize("where", [("--workers", 2), ("--scheduler", "tcp://x:1")])
def test_the_command_tags_files(shell_tag, texts, one_by_one, capsys, tmp_path, where):
    assert shell_tag("--file", f"{texts}/*.txt", *where) == [where[1]]
    assert joined(tmp_path / "out").keys() == one_by_one.keys()
    printed = capsys.readouterr()
    assert printed.out.startswith(
        f"{tmp_path / 'out'}: 3 parts, 0 of them kept, with 180 "
    )
    assert printed.err == ""
    shell_tag("--file", *sorted(texts.iterdir()), *where)
    assert "3 parts, 3 of them kept" in capsys.readouterr().out


def test_the_command_names_what_failed_and_its_status_says_so(shell_tag, texts, capsys):
    (texts / "3.txt").write_bytes(b"ok\nS\xe3o\n")
    with pytest.raises(SystemExit, match="1 part could not be tagged") as caught:
        shell_tag("--file", f"{texts}/*", "--workers", 2)
    assert caught.value.code
    printed = capsys.readouterr()
    assert f"{texts}/3.txt, line 2: got the byte 0xE3" in printed.err
    assert "3 parts, 0 of them kept" in printed.out


def test_a_stop_of_the_command_says_what_is_kept(
    shell_tag, texts, capsys, monkeypatch, tmp_path
):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "tag_files", stop)
    with pytest.raises(SystemExit) as caught:
        shell_tag("--file", f"{texts}/*", "--workers", 2)
    assert caught.value.code == 130
    said = f"Stopped. {tmp_path / 'out'} keeps the parts that are done: the same call"
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--workers", "2"],
        ["--workers", "0", "--file", "x", "--out", "y"],
        ["--workers", "2", "--scheduler", "x", "--file", "x", "--out", "y"],
        ["--workers", "2", "--file", "x"],
        ["--part", "0", "--file", "x"],
        ["--file", "x", "y"],
        ["--file", "x", "--format", "parquet"],
    ],
)
def test_options_that_do_not_go_together_are_refused(capsys, wrong):
    with pytest.raises(SystemExit) as caught:
        main(["tag", *wrong])
    assert caught.value.code == 2
    assert "usage: python -m lstm_helpers tag" in capsys.readouterr().err


def test_the_pages_commands_are_understood(monkeypatch):
    page = (Path(__file__).parents[1] / "docs" / "scale.md").read_text("utf-8")
    typed = re.findall(r"-m lstm_helpers (.*?)(?: +#.*)?$", page, re.MULTILINE)
    asked = []
    for module, name in ((commands.tag, "_tag"), (commands.train, "_train")):
        monkeypatch.setattr(module, name, lambda options: asked.append(options.out))
    for command in typed:
        main(shlex.split(command))
    assert asked == ["tagged", "tagged", "mine", "mine"]


def test_formats_of_a_cluster_are_those_that_the_command_names():
    named = vars(commands.tag)
    assert {*tagging.ENDINGS} == {*named["_FORMATS"], named["_TABLE"]}


def test_without_the_group_the_command_says_how_to_install_it(monkeypatch, tmp_path):
    from lstm_helpers.scale import storage

    def missing(name):
        raise ModuleNotFoundError(name=name.partition(".")[0])

    monkeypatch.setattr(storage.importlib, "import_module", missing)
    with pytest.raises(
        SystemExit, match=r"optional group scale: python -m pip install"
    ):
        main(["tag", "--file", "x", "--out", str(tmp_path / "o"), "--workers", "1"])


@pytest.mark.long
def test_the_package_itself_loads_nothing_of_the_group():
    code = "import sys; from lstm_helpers import scale, prediction, training; "
    code += "scale.plan_parts, print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "lstm_helpers.scale.running" in loaded
    assert not {"dask", "distributed", "bokeh", "pyarrow"} & {*loaded}


@pytest.mark.long
def test_an_address_without_a_scheduler_is_refused():
    pytest.importorskip("distributed")
    with (
        pytest.raises(ConnectionError, match=r"tcp://127\.0\.0\.1:9: got no scheduler"),
        find_scheduler("tcp://127.0.0.1:9", seconds=0.5),
    ):
        raise AssertionError


@pytest.mark.long
def test_workers_of_this_machine_work():
    with start_workers(1) as client:
        assert client.submit(sum, [1, 2]).result() == 3


@pytest.mark.long
def test_a_scheduler_without_workers_is_told_of():
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 0, "processes": False, "protocol": "tcp"}
    with distributed.LocalCluster(dashboard_address=":0", **options) as cluster:
        address = cluster.scheduler_address
        with (
            pytest.warns(
                UserWarning,
                match=f"{address}: got no workers yet.* dask worker {address}",
            ),
            find_scheduler(address) as client,
        ):
            assert client.nthreads() == {}


# --- from notebook 8


def test_what_a_learner_sees(monkeypatch, client, tagger, tmp_path, capsys):
    monkeypatch.setattr(scale, "start_workers", lambda _: nullcontext(client))
    path = Path(__file__).parents[1] / "notebooks" / "08_your_corpus.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    tagger.rename(tmp_path / "tagger")
    found = {
        **{m.__name__.rpartition(".")[2]: m for m in (data, files, prediction, scale)},
        "time": time,
        "folder": tmp_path,
        "tagger": build_tagger(),
        "texts": ["Mr. Pell left in May .", "Lake Verda", "São boat"],
        "cut": data.TOKENISERS["words"],
        "by_characters": False,
    }
    for cell in cells:
        if cell.cell_type == "code" and cell.id.startswith("scale-"):
            exec(cell.source.replace("20_000", "200"), found)
    assert found["calls"] == [(4, 0), (4, 0), (0, 4)]
    printed = capsys.readouterr().out
    assert f"dashboard: {client.dashboard_link}" in printed
    assert "second: tagged 0 parts, kept 4" in printed
