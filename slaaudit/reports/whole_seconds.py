"""Instants and durations of whole seconds as numbers of 32 bits: half the memory, and quicker to sort and to write."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slaaudit.frames import DURATION, INSTANT

_SECOND = 1_000_000
_TELLING = 1_000  # of these first times most that are not of whole seconds tell already
_NARROW: dict[pl.DataType, tuple[pl.DataType, int, int]] = {
    INSTANT: (pl.UInt32(), 0, 2**32),
    DURATION: (pl.Int32(), 1 - 2**31, 2**31),  # each has its opposite: signs are told apart from sizes
}


def in_seconds(times: pl.Series) -> pl.Series | None:
    """Instants as seconds since 1970 (`UInt32`), durations in seconds (`Int32`); null stays null.

    None if one of them is not of whole seconds or does not fit, as an instant before 1970 or after 2105; and of
    columns of any other type.
    """
    if times.dtype not in _NARROW:
        return None
    dtype, first, end = _NARROW[times.dtype]
    total = times.to_physical()
    least, most = total.min(), total.max()
    if isinstance(least, int) and isinstance(most, int) and not first * _SECOND <= least <= most < end * _SECOND:
        return None
    if (total.head(_TELLING) % _SECOND != 0).any():
        return None
    seconds = total // _SECOND
    # what is left of a time is never negative, so that nothing is left of any if the sum is zero. It is far below
    # 2**64, where sums begin anew
    left = (int(total.sum()) - int(seconds.sum()) * _SECOND) % 2**64
    return None if left else seconds.cast(dtype, wrap_numerical=True)


def from_seconds(seconds: pl.Series, dtype: pl.DataType) -> pl.Series:
    """The inverse of `in_seconds`: instants or durations, as the type says."""
    return (seconds.cast(pl.Int64) * _SECOND).cast(dtype)


def joined(parts: Sequence[pl.Series], dtype: pl.DataType | None) -> pl.Series:
    """A column in parts as one. With a `dtype` it is one of times, in seconds only if every part tells it so."""
    if dtype is not None and any(part.dtype == dtype for part in parts):
        parts = [part if part.dtype == dtype else from_seconds(part, dtype) for part in parts]
    return pl.concat(parts, rechunk=True)
