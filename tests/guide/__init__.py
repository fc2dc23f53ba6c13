"""The production guide, and what turns red when it is changed."""
