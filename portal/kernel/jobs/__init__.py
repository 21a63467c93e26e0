"""Work beside the web server: runs of jobs in the database's own queue, and the worker that does them."""
