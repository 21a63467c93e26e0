"""Commands of the room; `portal.exchange.divisions_alias` gathers them under `portal divisions`."""
