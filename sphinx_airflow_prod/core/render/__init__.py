"""Rendering charts with real Helm: engines, worker processes, cache."""
