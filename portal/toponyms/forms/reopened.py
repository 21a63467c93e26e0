"""A form of a row that somebody else may save meanwhile."""

from __future__ import annotations

from portal.kernel.web.forms import Form


class ReopenedForm(Form):
    """Shown again after a stale save, it saves over the version whose difference was just shown."""

    def reopen(self, row_version: int) -> None:
        """Moves the form to the row's version of now; what was typed stays."""
        self.row_version.data, self.row_version.raw_data = row_version, None
