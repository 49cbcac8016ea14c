"""The surfaces: each translates between the engine and one caller, and knows nothing of the others."""
