"""Several things at a time: polars leaves a processor idle for most of an audit, as its passes are short."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import polars as pl

T = TypeVar("T")
R = TypeVar("R")
_MOST = 4  # each holds its part in memory
_LARGE = 100_000  # rows from which it pays to divide them


def threads() -> int:
    """How many parts of an export are worked on at a time: as many as polars uses threads, within reason."""
    return min(pl.thread_pool_size(), _MOST)


def threads_for(rows: int) -> int:
    """How many threads so many rows are worth."""
    return threads() if rows >= _LARGE else 1


def in_pieces(function: Callable[[pl.Series], pl.Series], cells: pl.Series) -> pl.Series:
    """What the function makes of a column, if it makes a value of each: of a large one some pieces at a time."""
    number = threads_for(len(cells))
    if number == 1:
        return function(cells)
    return pl.concat(in_order(function, pieces_of(cells, number), number), rechunk=True)


def pieces_of(cells: pl.Series, number: int) -> list[pl.Series]:
    """The column in so many pieces of about the same length, which are not copied."""
    bounds = [len(cells) * piece // number for piece in range(number + 1)]
    return [cells.slice(start, end - start) for start, end in pairwise(bounds)]


def in_order(function: Callable[[T], R], items: Iterable[T], threads: int) -> Iterator[R]:
    """What the function makes of each item, in their order; as many at a time as there are threads.

    Items are taken when a thread is free for them, and one more, so that none has to wait. Raises what the function
    raises for the first item for which it does.
    """
    if threads == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="part") as pool:
        waiting: deque[Future[R]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
