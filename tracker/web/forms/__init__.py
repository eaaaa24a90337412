"""Forms by family; `base` holds what they share."""
