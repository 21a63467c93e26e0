"""Risk 风险: the hazards that communities find."""
