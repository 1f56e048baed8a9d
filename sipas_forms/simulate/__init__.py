"""Simulate: made-up lists, pens and scanners, all seeded, with the truth written beside."""
