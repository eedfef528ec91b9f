"""HTML, one file a page; each shows what the API tells."""
