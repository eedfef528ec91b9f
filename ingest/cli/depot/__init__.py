"""The depot: firmware built and signed, a terminal on a cable provisioned and asked."""
