import gc
import gzip
import hashlib
import io
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

import pytest
from builders import is_promised

from lstm_helpers.__main__ import main
from lstm_helpers.files import download
from lstm_helpers.files.download import (
    DownloadError,
    download_gmb,
    find_gmb,
)
from lstm_helpers.files.reading import GMB_MEMBER

# pooch does not close the answer to an error.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

PAGE = "https://www.kaggle.com/datasets/abhinavwalia95/entity-annotated-corpus"
CSV = b"Sentence #,Word,POS,Tag\r\nSentence: 1,Rome,NNP,B-geo\r\n"
SHA256 = hashlib.sha256(CSV).hexdigest()
NOWHERE = "http://127.0.0.1:1/archive.zip"  # nothing listens there


def zipped(*members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


KAGGLES = zipped(("ner.csv", b"another layout"), (GMB_MEMBER, CSV))
# The first byte of the wanted member's compressed data becomes an impossible one.
DATA_STARTS = KAGGLES.index(GMB_MEMBER.encode()) + len(GMB_MEMBER)
DAMAGED = KAGGLES[:DATA_STARTS] + b"\xff" + KAGGLES[DATA_STARTS + 1 :]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, length, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in self.server.more:
            self.send_header(name, value)
        self.end_headers()
        try:
            for piece in body if isinstance(body, Iterator) else [body]:
                self.wfile.write(piece)
        except ConnectionError:  # who asked has had enough
            pass

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def serve():
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        def answer_with(body, *, status=200, missing=0, length=None, more=()):
            n_bytes = len(body) + missing if length is None else length
            server.answer, server.more = (status, n_bytes, body), more
            return f"http://127.0.0.1:{server.server_port}/archive.zip"

        yield answer_with
        server.shutdown()
        thread.join()
    gc.collect()  # so that no later module's test is blamed for pooch's open answers


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Stand in for the project's data folder and the one of LSTM_DATA_DIR."""
    folders = tmp_path / "data", tmp_path / "elsewhere"
    for folder in folders:
        folder.mkdir()
    monkeypatch.setattr(download, "DATA_FOLDER", folders[0])
    monkeypatch.setenv("LSTM_DATA_DIR", str(folders[1]))
    return [f / name for f in folders for name in (GMB_MEMBER, GMB_MEMBER + ".zip")]


@pytest.fixture
def small_gmb(places, monkeypatch):
    """Let the command fetch into the stand-in folder, take CSV for the corpus."""
    fetch = partial(download_gmb, places[0].parent, sha256=SHA256)
    monkeypatch.setattr(download, "download_gmb", fetch)
    monkeypatch.setattr(download, "GMB_SHA256", SHA256)
    return places[0]


def contents(folder):
    return {
        path.relative_to(folder): path.is_file() and path.read_bytes()
        for path in folder.rglob("*")
    }


def test_the_right_member_lands_in_its_place_and_nothing_else(serve, tmp_path):
    folder = tmp_path / "new" / "data"
    path = download_gmb(folder, url=serve(KAGGLES), sha256=SHA256)
    assert path == folder / GMB_MEMBER
    assert [*folder.iterdir()] == [path]
    assert path.read_bytes() == CSV


def test_a_bar_that_cannot_be_drawn_is_left_out(
    serve, tmp_path, monkeypatch, unwritable
):
    monkeypatch.setattr(sys, "stderr", unwritable)
    path = download_gmb(tmp_path, url=serve(KAGGLES), sha256=SHA256)
    assert path.read_bytes() == CSV


def test_a_file_where_the_folder_should_be_is_named(serve, tmp_path):
    (tmp_path / "data").write_text("no folder")
    wanted = f"{tmp_path / 'data'}: got a file, wanted a folder"
    with pytest.raises(DownloadError, match=wanted):
        download_gmb(tmp_path / "data", url=serve(KAGGLES), sha256=SHA256)


def test_a_right_archive_replaces_an_older_file(serve, tmp_path):
    (tmp_path / GMB_MEMBER).write_bytes(b"older")
    path = download_gmb(tmp_path, url=serve(KAGGLES), sha256=SHA256)
    assert path.read_bytes() == CSV


@pytest.mark.parametrize("older", [None, b"older"], ids=["new", "older file"])
@pytest.mark.parametrize(
    ("body", "answer", "reason"),
    [
        pytest.param(
            zipped((GMB_MEMBER, CSV + b"\r\n")), {}, "got sha256", id="wrong checksum"
        ),
        # All bytes come, but fewer than announced.
        pytest.param(KAGGLES, {"missing": 99}, "IncompleteRead", id="broken transfer"),
        pytest.param(KAGGLES[:-9], {}, "a damaged zip", id="cut zip"),
        pytest.param(DAMAGED, {}, "a damaged zip", id="damaged zip"),
        pytest.param(b"<html>Sign in", {}, "a damaged zip", id="a page"),
        pytest.param(
            zipped(("ner.csv", CSV)), {}, f"wanted one named {GMB_MEMBER}", id="member"
        ),
        pytest.param(b"gone", {"status": 404}, "404", id="not found"),
    ],
)
def test_a_failure_says_what_to_do_and_leaves_the_folder_as_it_was(
    serve, tmp_path, older, body, answer, reason
):
    if older:
        (tmp_path / GMB_MEMBER).write_bytes(older)
    before, url = contents(tmp_path), serve(body, **answer)
    with pytest.raises(DownloadError) as caught:
        download_gmb(tmp_path, url=url, sha256=SHA256)
    assert contents(tmp_path) == before
    for said in (url, reason, PAGE, f"put {GMB_MEMBER} into {tmp_path}"):
        assert said in str(caught.value)


def test_an_interrupt_leaves_the_folder_as_it_was(serve, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "read_member", interrupt)
    with pytest.raises(KeyboardInterrupt):
        download_gmb(tmp_path, url=serve(KAGGLES), sha256=SHA256)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("first", range(4))
def test_find_gmb_takes_the_data_folder_and_the_csv_first(places, first):
    for path in places[first:]:
        path.touch()
    assert find_gmb() == places[first]


def test_find_gmb_says_where_it_looked_and_how_to_get_the_file(places, monkeypatch):
    data, elsewhere = places[0].parent, places[-1].parent
    with pytest.raises(FileNotFoundError, match=f"not in {data} or {elsewhere}"):
        find_gmb()
    monkeypatch.delenv("LSTM_DATA_DIR")
    with pytest.raises(FileNotFoundError, match=rf"not in {data}\. ") as caught:
        find_gmb()
    for said in ("python -m lstm_helpers download", PAGE, f"into {data}"):
        assert said in str(caught.value)


def test_the_command_fetches_once_and_says_where_the_file_is(serve, small_gmb, capsys):
    for url in (serve(KAGGLES), NOWHERE):
        main(["download", "--url", url])
        assert f"{small_gmb}, checksum right" in capsys.readouterr().out
    assert small_gmb.read_bytes() == CSV


def test_the_command_takes_a_zip_that_is_there(small_gmb, capsys):
    archive = small_gmb.with_name(GMB_MEMBER + ".zip")
    archive.write_bytes(KAGGLES)
    main(["download"])
    assert f"{archive}, checksum right" in capsys.readouterr().out


def test_the_command_exits_with_advice_when_fetching_fails(small_gmb):
    with pytest.raises(SystemExit) as caught:
        main(["download", "--url", NOWHERE])
    for said in (NOWHERE, PAGE, f"put {GMB_MEMBER} into {small_gmb.parent}"):
        assert said in caught.value.code
    assert not small_gmb.exists()


@pytest.mark.parametrize("name", [GMB_MEMBER, GMB_MEMBER + ".zip"])
def test_the_command_exits_when_the_file_that_is_there_is_another(small_gmb, name):
    path = small_gmb.with_name(name)
    path.write_bytes(zipped((GMB_MEMBER, b"other")) if "zip" in name else b"other")
    with pytest.raises(SystemExit) as caught:
        main(["download", "--url", NOWHERE])
    assert str(caught.value.code).startswith(f"{path}: got sha256 ")
    assert path.exists()


@pytest.mark.parametrize("bar", [download.Bar, partial(download.Bar, disable=True)])
def test_an_endless_answer_is_cut_off(serve, tmp_path, monkeypatch, bar):
    monkeypatch.setattr(download, "_MAX_BYTES", 300_000)
    monkeypatch.setattr(download, "Bar", bar)  # TQDM_DISABLE=1: it counts nothing
    written = []
    endless = iter(lambda: written.append(1) or bytes(10_000), None)
    url = serve(endless, length=10**12)
    with pytest.raises(DownloadError, match="got more than 300,000 bytes"):
        download_gmb(tmp_path, url=url, sha256=SHA256)
    assert contents(tmp_path) == {}
    assert len(written) < 3000, "what waits in the sockets' buffers, and no more"


def dripping(done):
    """Send a byte now and again, never for so long that a read runs out of time."""
    while not done.wait(0.02):
        yield b"x"


@pytest.fixture
def done():
    event = Event()
    yield event
    event.set()


def test_an_answer_that_drips_ends(serve, tmp_path, monkeypatch, done):
    monkeypatch.setattr(download, "_MAX_SECONDS", 0.3)
    url = serve(dripping(done), length=10**6)
    with pytest.raises(DownloadError, match=r"got no end within 0\.3 seconds"):
        download_gmb(tmp_path, url=url, sha256=SHA256)
    assert contents(tmp_path) == {}


def test_a_head_that_drips_ends(tmp_path, monkeypatch, done):
    monkeypatch.setattr(download, "_MAX_SECONDS", 0.3)

    def answer(server):
        with server.accept()[0] as client, suppress(ConnectionError):
            client.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            for piece in dripping(done):
                client.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer, args=(server,))
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/archive.zip"
        with pytest.raises(DownloadError, match=r"got no end within 0\.3 seconds"):
            download_gmb(tmp_path, url=url, sha256=SHA256)
        done.set()
        thread.join()
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("spare", [0, -1])
def test_so_many_bytes_are_fetched_and_not_one_more(
    serve, tmp_path, monkeypatch, spare
):
    monkeypatch.setattr(download, "_MAX_BYTES", len(KAGGLES) + spare)
    end = pytest.raises(DownloadError, match="bytes, wanted fewer")
    with nullcontext() if spare == 0 else end:
        download_gmb(tmp_path, url=serve(KAGGLES), sha256=SHA256)
    assert len(contents(tmp_path)) == (spare == 0)


def test_the_bar_counts_the_bytes(serve, tmp_path, monkeypatch):
    seen = []

    class Spied(download.Bar):
        def __init__(self, **options):
            seen.append(options)
            super().__init__(**options)

        def update(self, n):
            seen.append(n)
            super().update(n)

    monkeypatch.setattr(download, "Bar", Spied)
    download_gmb(tmp_path, url=serve(KAGGLES), sha256=SHA256)
    n_bytes = len(KAGGLES)
    assert seen.pop(0) == {"total": n_bytes, "unit": "B", "unit_scale": True}
    assert sum(seen) == n_bytes


def test_a_silent_server_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "_PATIENCE", 0.2)
    monkeypatch.setattr(download, "_MAX_SECONDS", 5.0)  # of a server that says a little
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/archive.zip"
        with pytest.raises(
            DownloadError, match=r"Read timed out\. \(read timeout=0\.2"
        ):
            download_gmb(tmp_path, url=url, sha256=SHA256)
    assert contents(tmp_path) == {}


def test_a_packed_answer_is_not_unpacked(serve, tmp_path):
    bomb = gzip.compress(bytes(1_000_000))
    url = serve(bomb, more=[("Content-Encoding", "gzip")])
    with pytest.raises(DownloadError, match="got the content coding 'gzip', wanted"):
        download_gmb(tmp_path, url=url, sha256=SHA256)
    assert contents(tmp_path) == {}


def test_a_folder_that_may_not_be_written_is_named(serve, public_folder, nobody):
    with nobody(), pytest.raises(DownloadError) as caught:
        download_gmb(public_folder, url=serve(KAGGLES), sha256=SHA256)
    wanted = f"{public_folder}: Permission denied, wanted a folder to write into"
    assert str(caught.value) == wanted
    with nobody(), pytest.raises(DownloadError, match="Permission denied, wanted a"):
        download_gmb(public_folder / "new", url=serve(KAGGLES), sha256=SHA256)


KILLED = """
import os, sys
from lstm_helpers.files import download
download._fetch = lambda *_: (print("asked", flush=True), sys.stdin.read())
download.download_gmb(sys.argv[1])
"""


@pytest.mark.long
def test_a_killed_download_is_cleared_and_a_living_one_is_not(serve, tmp_path):
    url, command = serve(KAGGLES), [sys.executable, "-c", KILLED, tmp_path]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout.readline() == b"asked\n"
        before = contents(tmp_path)
        assert len([*tmp_path.glob(".download-*")]) == 1
        wanted = f"{tmp_path}: got a folder in which another program writes"
        with pytest.raises(DownloadError, match=wanted):
            download_gmb(tmp_path, url=url, sha256=SHA256)
        assert contents(tmp_path) == before
        process.kill()
    assert contents(tmp_path) == before, "a kill leaves it"
    path = download_gmb(tmp_path, url=url, sha256=SHA256)
    assert [*tmp_path.iterdir()] == [path]


def test_the_bounds_are_those_that_are_promised():
    assert is_promised("A download ends after 50 MB")
    assert vars(download)["_MAX_BYTES"] == 50 * 10**6
    assert is_promised("50 MB or ten minutes")
    assert vars(download)["_MAX_SECONDS"] == 600
    assert is_promised("silent for a minute", download_gmb)
    assert vars(download)["_PATIENCE"] == 60
