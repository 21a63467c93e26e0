"""What is said of a list of divisions as a whole; `planning.declared` reads it."""

from __future__ import annotations

from portal.divisions.exchange.words import kind_names, precision_names, quality_names, system_names
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.i18n.text import text

OPTIONS = (
    Field(
        "at",
        text("As of"),
        Kind.DATE,
        required=True,
        hint=text("The day from which on the divisions are as the file says."),
    ),
    Field("precision", text("How exactly the day is known"), Kind.CHOICE, choices=precision_names, default="day"),
    Field(
        "announced_on",
        text("Public from"),
        Kind.DATE,
        hint=text("The day of the public notice; empty: what is new stays internal."),
    ),
    Field("code_system", text("System of the codes"), Kind.CHOICE, choices=system_names, required=True),
    Field(
        "parent_system",
        text("System of the codes of the divisions above"),
        Kind.CHOICE,
        choices=system_names,
        hint=text("Empty: the same as that of the codes."),
    ),
    Field(
        "parent_code",
        text("Code of the division above"),
        Kind.CODE,
        longest=12,
        hint=text("For rows that name none."),
    ),
    Field(
        "kind", text("Kind"), Kind.CHOICE, choices=kind_names, hint=text("For rows that name none; empty: by the code.")
    ),
    Field(
        "quality",
        text("What the line is worth"),
        Kind.CHOICE,
        choices=quality_names,
        default="digitised",
        hint=text("For rows that do not say it."),
    ),
    Field("source", text("Source"), longest=300, hint=text("Document or provider; empty: the name of the file.")),
    Field(
        "tolerance_m",
        text("Overlaps and holes count from this width on, in metres"),
        Kind.NUMBER,
        units=("米", "m"),
        default="1",
        least=0.001,
        most=100,
    ),
)
