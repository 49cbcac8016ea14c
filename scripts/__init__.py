"""What a developer of ssot-lint runs now and then."""
