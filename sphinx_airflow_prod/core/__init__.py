"""The pure part: it knows neither Sphinx, docutils nor Sybil, returns data and never logs."""
