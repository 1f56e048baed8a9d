"""Printing: one geometry (`Layout`) from the questionnaire, and the numbered PDFs that are drawn from it."""
