"""The rows of imports on their way: file → staged → parsed → planned. All SQL on staged rows stands in this folder."""

from portal.exchange.staging.clearing import clear_checked, clear_read
from portal.exchange.staging.counting import Counts, count
from portal.exchange.staging.parsing import parse_rows
from portal.exchange.staging.planned import PlannedRows
from portal.exchange.staging.reading import read_rows
from portal.exchange.staging.setup import Setup
from portal.exchange.staging.twice import refuse_twice

__all__ = [
    "Counts",
    "PlannedRows",
    "Setup",
    "clear_checked",
    "clear_read",
    "count",
    "parse_rows",
    "read_rows",
    "refuse_twice",
]
