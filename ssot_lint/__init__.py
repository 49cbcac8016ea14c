"""A Single-Source-of-Truth linter: declare each truth once, find everything that bypasses it."""
