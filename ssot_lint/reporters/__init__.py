"""violations -> text; one module of `formats` for each format, found by its name."""
