"""Uses and misuses that the type checkers read, and pytest runs."""
