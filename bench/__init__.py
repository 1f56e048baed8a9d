"""Benches: what is claimed of speed, memory, print and accuracy, measured anew (`scripts/bench --help`)."""
