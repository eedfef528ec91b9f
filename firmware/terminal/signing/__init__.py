"""The terminal's own key: Ed25519 over the head of the chain, in slices."""
