"""Taking lists of divisions in, all rows through the same checks and one plan.

rows of the pipeline → from_rows → StagedUnit → matching → tiling → planning → service
"""
