"""Evidence put together: sessions, their minutes in order, and what lies around each minute."""
