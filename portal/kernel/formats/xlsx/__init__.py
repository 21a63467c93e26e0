"""The parts of a workbook, each read as a stream in memory that does not grow with it."""
