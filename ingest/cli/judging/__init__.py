"""Verdicts brought up to date, rules, screening, what-ifs, eligibility."""
