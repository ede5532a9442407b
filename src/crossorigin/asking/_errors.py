"""What is wrong with what is wanted."""


class AskingError(ValueError):
    """No request can be made of it. The message names the option, what is wrong, and what to write."""
