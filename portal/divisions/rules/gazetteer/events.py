"""What became of units, as a sentence for the chapter of changes and a line for the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.divisions.rules.gazetteer.pinyin import proposed_pinyin
from portal.kernel.i18n.text import Text, text

SENTENCES: Mapping[str, Text] = {
    "set_up": text("%(after)s was set up.", after=""),
    "renamed": text("%(before)s was renamed %(after)s.", before="", after=""),
    "recoded": text("%(after)s was given another code.", after=""),
    "seat_moved": text("The seat of %(after)s was moved.", after=""),
    "boundary_adjusted": text("Ground of %(before)s went to %(after)s.", before="", after=""),
    "split_off": text("%(after)s was split off from %(before)s.", before="", after=""),
    "split_into": text("%(before)s was split; %(after)s came from it.", before="", after=""),
    "merged_into": text("%(before)s was merged into %(after)s.", before="", after=""),
    "abolished_into": text("%(before)s was abolished; its ground went to %(after)s.", before="", after=""),
    "type_changed": text("%(before)s became %(after)s.", before="", after=""),
    "resubordinated": text("%(after)s was placed under another division.", after=""),
}
HEADINGS: Mapping[str, Text] = {
    "set_up": text("set up"),
    "renamed": text("renamed"),
    "recoded": text("other code"),
    "seat_moved": text("seat moved"),
    "boundary_adjusted": text("line adjusted"),
    "split_off": text("split off"),
    "split_into": text("split"),
    "merged_into": text("merged"),
    "abolished_into": text("abolished"),
    "type_changed": text("other kind"),
    "resubordinated": text("other parent"),
}


@dataclass(frozen=True)
class Event:
    """One edge of lineage: who it began with, who it ended with (names of the day before and of the day), and by what
    document. Ids are internal; `document` is the number, or the list it was derived from."""

    on: dt.date
    precision: str
    edge: str
    before_id: int | None
    before: str
    after_id: int
    after: str
    document: str
    authority: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which an index lists it, each once."""
        return tuple(dict.fromkeys(name for name in (self.before, self.after) if name))


def said_of(event: Event) -> Text:
    """The sentence of an event."""
    sentence = SENTENCES[event.edge]
    return Text(sentence.msgid, {key: getattr(event, key) for key in sentence.params})


def heading_of(event: Event) -> Text:
    """What happened, in two words, for an index."""
    return HEADINGS[event.edge]


def index_of(found: Sequence[Event]) -> list[tuple[str, Event]]:
    """Every event under each of its names, by Pinyin and day."""
    named = [(name, one) for one in found for name in one.names]
    order = {name: (proposed_pinyin(name).lower(), name) for name, _ in named}
    return sorted(named, key=lambda pair: (order[pair[0]], pair[1].on))
