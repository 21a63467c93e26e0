"""Every cap on what a file may be, in one place. The defaults suit a small office on a small server."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a reader takes before it refuses; each cap has its sentence.

    `zip_ratio` counts only once `zip_ratio_from` bytes would be unpacked: small texts shrink more than that and harm
    nobody. `shared_characters` bounds the pool of texts of a workbook, which stands in memory while its rows stream by.
    `nesting` is of JSON arrays and XML elements. `seconds` and `memory` bound the process that reads.
    """

    file_bytes: int = 256 * MEGABYTE
    rows: int = 200_000
    columns: int = 200
    cell_length: int = 10_000
    sheets: int = 100
    merged_ranges: int = 100_000
    shared_characters: int = 128 * MEGABYTE
    zip_members: int = 2_000
    zip_ratio: int = 200
    zip_ratio_from: int = 16 * MEGABYTE
    unpacked_bytes: int = 1024 * MEGABYTE
    nesting: int = 64
    vertices_of_row: int = 1_000_000
    vertices: int = 20_000_000
    seconds: int = 300
    memory: int = 1536 * MEGABYTE


LIMITS = Limits()
"""The limits that hold unless a caller brings its own."""
