"""Built pages in a real browser."""
