"""The forms of the year: indicators, rules, disaster types and deadlines.

They are read once from `gis_data/catalogue`. Each file is one version with the days it is in force; a later one stands
beside it (`report_indicators_2.yaml`). Nothing in the code knows an indicator by name: a bureau changes the files.
"""

from portal.disasters.catalogue.entries import (
    Catalogue,
    Deadline,
    DisasterType,
    Indicator,
    IndicatorList,
    Labels,
    Measure,
    Rule,
    RuleBook,
    TypeList,
)
from portal.disasters.catalogue.shelf import FOLDER, in_force, indicators_of

__all__ = [
    "FOLDER",
    "Catalogue",
    "Deadline",
    "DisasterType",
    "Indicator",
    "IndicatorList",
    "Labels",
    "Measure",
    "Rule",
    "RuleBook",
    "TypeList",
    "in_force",
    "indicators_of",
]
