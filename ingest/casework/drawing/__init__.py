"""The random audit as acts: lists closed, seeds entered, sessions drawn, blind repeats given."""
