"""What CSV and workbooks have in common: titles, headings of several lines, rows, and what stands below them."""
