"""Tables of the divisions room, one module a subject."""

from portal.divisions.models.basic_units import BasicUnit, BasicUnitAcceptance, BasicUnitProgress
from portal.divisions.models.changes import (
    Change,
    ChangeDocument,
    ChangeShape,
    ChangeState,
    ChangeStep,
    Correction,
    Lineage,
)
from portal.divisions.models.gazetteer import (
    GazetteerEntry,
    GazetteerProposal,
    GazetteerReview,
    GazetteerReviewRow,
    GazetteerValue,
)
from portal.divisions.models.lists import DivisionList, ListGap, ListRow
from portal.divisions.models.units import (
    BELIEVED,
    SCHEMA,
    Ancestry,
    Announced,
    Home,
    ShapeQuality,
    Unit,
    UnitCode,
    UnitShape,
    UnitVersion,
)

__all__ = [
    "BELIEVED",
    "SCHEMA",
    "Ancestry",
    "Announced",
    "BasicUnit",
    "BasicUnitAcceptance",
    "BasicUnitProgress",
    "Change",
    "ChangeDocument",
    "ChangeShape",
    "ChangeState",
    "ChangeStep",
    "Correction",
    "DivisionList",
    "GazetteerEntry",
    "GazetteerProposal",
    "GazetteerReview",
    "GazetteerReviewRow",
    "GazetteerValue",
    "Home",
    "Lineage",
    "ListGap",
    "ListRow",
    "ShapeQuality",
    "Unit",
    "UnitCode",
    "UnitShape",
    "UnitVersion",
]
