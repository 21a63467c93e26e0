"""What every request passes through: guard, forms, failures, headers."""
