"""The folder that keeps, between runs, what never changes a result: it only spares work."""
