"""Pure decisions of the room."""

from portal.exchange.rules.columns import Known, Match, heading_key, match_columns
from portal.exchange.rules.states import MOVES, check_move

__all__ = ["MOVES", "Known", "Match", "check_move", "heading_key", "match_columns"]
