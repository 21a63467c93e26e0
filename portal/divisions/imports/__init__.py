"""Taking lists of divisions in, all rows through the same checks and one plan.

rows of the pipeline → from_rows      ┐
                                      ├→ StagedUnit → matching → tiling → planning → service
files of the old command → from_files ┘
"""

from portal.divisions.imports.from_files import Finding, ImportRefused, ImportReport, ImportUnits, import_units

__all__ = ["Finding", "ImportRefused", "ImportReport", "ImportUnits", "import_units"]
