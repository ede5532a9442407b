"""CORS for Python, both halves."""
