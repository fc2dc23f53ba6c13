"""Charts: reading them from a directory or an archive, and what identifies them."""
