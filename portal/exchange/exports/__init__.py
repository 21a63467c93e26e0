"""Lists out as files: what the rooms below declare, in the formats that the kernel writes."""

from portal.exchange.exports.declared import exporter_named, exporters
from portal.exchange.exports.formats import FORMATS, Format, format_named
from portal.exchange.exports.making import Made, Maker, make
from portal.exchange.exports.systems import system_asked, systems_of

__all__ = [
    "FORMATS",
    "Format",
    "Made",
    "Maker",
    "exporter_named",
    "exporters",
    "format_named",
    "make",
    "system_asked",
    "systems_of",
]
