"""One screen a file, with its style sheet beside it; the keys are those of the action table."""
