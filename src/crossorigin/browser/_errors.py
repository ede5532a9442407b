"""What a browser throws before anything is sent."""


class RequestError(TypeError):
    """A request that a browser refuses to make: the script gets an exception at once, and nothing goes out.

    `code` is stable and short ("method-forbidden"); `name` is what JavaScript would throw ("TypeError", or the name of
    the DOMException); the message says what and why.
    """

    __module__ = "crossorigin.browser"  # as a traceback calls it: where it is imported from

    def __init__(self, code: str, message: str, *, name: str = "TypeError") -> None:
        super().__init__(message)
        self.code = code
        self.name = name
        self.message = message
