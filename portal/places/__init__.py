"""Places: shelters, depots, donation points and the like, in one register."""
