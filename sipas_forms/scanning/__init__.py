"""Scanning: from what a scanner makes to scores for every box, and from scores to decisions."""
