"""The blog: the RealWorld API, and what a real blog needs beyond it."""
