"""Rules as rows of data, thresholds, rule sets, and the layers by place and date that make them."""
