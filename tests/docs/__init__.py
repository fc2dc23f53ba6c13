"""The product's own documentation: what it generates, where its links go."""
