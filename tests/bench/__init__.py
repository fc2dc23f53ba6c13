"""Benchmarks: ratios within one run, so that a noisy machine does not matter much."""
