"""What may and may not be: figures and their consistency, clocks, the way of a report, deadlines."""
