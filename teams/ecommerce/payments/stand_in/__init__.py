"""A payment provider to practise with: somebody else's service, which the shop knows by its address alone."""
