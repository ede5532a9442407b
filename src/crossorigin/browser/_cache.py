"""The CORS-preflight cache."""


class PreflightCache:
    """https://fetch.spec.whatwg.org/#concept-cache"""
