"""Which columns of a large file hold few different words: as categories they take a quarter of the memory."""

from __future__ import annotations

import io
from os import SEEK_END
from typing import BinaryIO

import polars as pl

from slaaudit.sources.files.content import HEAD, Content
from slaaudit.sources.files.dialect import Dialect

LARGE = 16 * 1024 * 1024  # bytes from which it pays
_PER_WORD = 2  # cells of a sample, at least, for each different word in it


def few_words(content: Content, dialect: Dialect) -> list[str]:
    """The positions of such columns, as names of columns; none where the file is small or cannot be told by samples.

    Samples from its start, middle and end tell. What they say decides nothing but the cost: any column may be read as
    categories, one with many different words only takes longer.
    """
    with content.pieces() as stream:
        size = stream.seek(0, SEEK_END)
        if size < LARGE:
            return []
        samples = [_sample(stream, at, dialect) for at in (0, size // 2, max(size - HEAD, 0))]
    rows = pl.concat(samples)
    return [name for name in rows.columns if are_few(rows[name].drop_nulls())]


def are_few(cells: pl.Series) -> bool:
    """Whether a sample of a column, without nulls, says that it holds few different words."""
    return cells.n_unique() * _PER_WORD <= len(cells)


def _sample(stream: BinaryIO, at: int, dialect: Dialect) -> pl.DataFrame:
    """The whole lines of a piece of the file as Polars reads them, as far as it can."""
    stream.seek(at)
    lines = stream.read(HEAD).split(dialect.line_end.encode())[1:-1]
    schema = {str(position): pl.String for position in range(len(dialect.headings))}
    try:
        return pl.read_csv(
            io.BytesIO(dialect.line_end.encode().join(lines)),
            separator=dialect.delimiter,
            eol_char=dialect.line_end,
            has_header=False,
            schema=schema,
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:  # half a quoted cell, perhaps
        return pl.DataFrame(schema=schema)
