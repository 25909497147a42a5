"""Some work -> done by several processes of one training."""

import os
import sys
import traceback
import warnings

from torch import distributed

from lstm_helpers.training.ranks import Ranks

os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # a host's name needs no look-up then


def run_ranks(size, work, folder):
    """Fork so many processes that do the work together; give their exit statuses.

    Work is called with its Ranks. With none of them (size 0) it is done in one process.
    """
    children = [_fork(rank, size, work, folder) for rank in range(max(1, size))]
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]


def _fork(rank, size, work, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Python 3.12: this process has threads
        pid = os.fork()
    if pid:
        return pid
    try:
        if size:
            store = distributed.FileStore(str(folder / f"store-{size}"), size)
            distributed.init_process_group(
                "gloo", store=store, rank=rank, world_size=size
            )
        work(Ranks(rank, size) if size else None)
    except BaseException:  # noqa: BLE001 - a child ends itself, whatever it was
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)
