// Placeholder until the first code of this target lands.
