"""The frame of the editor: its fields are as many as the file has units and moves, so they are read by hand."""

from __future__ import annotations

from portal.kernel.web.forms import Form


class ContentForm(Form):
    """Carries the token, the client's id and the version; `problems` are messages by the id of their field."""

    problems: dict[str, list[str]]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.problems = {}

    def reopen(self, version: int) -> None:
        """Goes on from the version that somebody else has saved meanwhile."""
        self.row_version.raw_data, self.row_version.data = None, version

    @property
    def told(self) -> dict[str, list[str]]:
        """Everything that is wrong, for the summary on top."""
        whole = {"": list(self.form_errors)} if self.form_errors else {}
        return whole | self.problems

    @property
    def code(self) -> int:
        """The status of the page that shows the form again."""
        if self.form_errors:
            return self.status
        return 422 if self.problems else 200
