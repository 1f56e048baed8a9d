"""Review: what a person settles (issue 4 of the road map builds it)."""
