"""The tests of ssot-lint, written to be read as its specification."""
