"""Calls that need nothing of each other -> results, by several processes."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Result = TypeVar("_Result")

_MOST = 4  # each takes some 400 MB


def share_out(
    work: Callable[..., _Result], calls: Mapping[_Key, tuple[Any, ...]]
) -> dict[_Key, _Result]:
    """Call a function once for each row of arguments, in several processes.

    As many processes as there are cores, but at most four, with one thread each. So the
    results are those of one process with one thread, to the last bit. The processes
    are kept for the next call.

    Parameters
    ----------
    work : callable
        A notebook's own function will do; what it reads is sent along, once for each
        call.
    calls : mapping
        The arguments of each call, by a name of one's choice.

    Returns
    -------
    dict
        The result of each call, by its name, in the order of ``calls``.

    Raises
    ------
    Exception
        What a call raises. The calls that have not begun are then left out.
    """
    import joblib

    processes = min(_MOST, joblib.cpu_count())
    with joblib.parallel_config("loky", n_jobs=processes, inner_max_num_threads=1):
        tasks = [joblib.delayed(work)(*row) for row in calls.values()]
        results = joblib.Parallel(max_nbytes=None)(tasks)  # by no file
    return dict(zip(calls, results, strict=True))
