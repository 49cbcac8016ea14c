"""Trees of real code, the policies for them, and the means to check ssot-lint against them."""
