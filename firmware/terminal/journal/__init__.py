"""Records kept on raw flash until the server has a receipt for them: written, found again, thinned."""
