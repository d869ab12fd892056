"""What the operands of some comparisons must be, found out before any export is read. All raise `ValueError`."""

from __future__ import annotations

from collections.abc import Callable

from slaaudit.conditions.operands import as_boolean, as_calendar_time, is_orderable, written
from slaaudit.conditions.tree import Operand

DATE_OPERATORS = ("from", "to", "before", "after")
ORDER_OPERATORS = (">", ">=", "<", "<=")


class WrongOperandError(ValueError):
    """An operand that its operator can never use; `hint` says what to write."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


def check_operands(operator: str, operands: tuple[Operand, ...]) -> None:
    """Raises `WrongOperandError` unless the operands can be used with the operator on some type of column."""
    if check := _CHECKS.get(operator):
        check(operator, operands)


def _check_empty(_: str, operands: tuple[Operand, ...]) -> None:
    try:
        as_boolean(operands[0])
    except ValueError as wrong:
        raise WrongOperandError(str(wrong), "write empty: true or empty: false") from None


def _check_date(operator: str, operands: tuple[Operand, ...]) -> None:
    try:
        as_calendar_time(operands[0])
    except ValueError as wrong:
        hint = "use > >= < <= for numbers and durations"
        raise WrongOperandError(f"'{operator}' wants a date, and {wrong}", hint) from None


def _check_order(operator: str, operands: tuple[Operand, ...]) -> None:
    if not is_orderable(operands[0]):
        what = f"'{operator}' wants a number, a date or a duration, not '{written(operands[0])}'"
        raise WrongOperandError(what, "write it like 5, 2026-01-31 or 4h")


def _check_regex(_: str, operands: tuple[Operand, ...]) -> None:
    """Every pattern compiles. Rust's regular expressions run in linear time and know no look-around."""
    import polars as pl

    for operand in operands:
        try:
            pl.Series([""]).str.contains(written(operand))
        except pl.exceptions.ComputeError as wrong:
            lines = [line.strip() for line in str(wrong).split("\n\n")[0].splitlines()]
            reason = lines[-1].removeprefix("error: ").removeprefix("regex error: ").rstrip(".")
            what = f"'{written(operand)}' is not a regular expression: {reason}"
            hint = "use contains for plain text; a backslash before . ( [ * + ? takes them literally"
            raise WrongOperandError(what, hint) from None


_CHECKS: dict[str, Callable[[str, tuple[Operand, ...]], None]] = {
    "empty": _check_empty,
    "matches": _check_regex,
    **dict.fromkeys(DATE_OPERATORS, _check_date),
    **dict.fromkeys(ORDER_OPERATORS, _check_order),
}
