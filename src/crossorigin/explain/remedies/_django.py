"""Django: django-cors-headers."""

from ._needs import Needs, quoted


def code(needs: Needs) -> str:
    """Lines for the end of settings.py. The defaults allow more methods and headers: both are always given."""
    lines = [
        'INSTALLED_APPS.append("corsheaders")',
        'MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")',
        "CORS_ALLOW_ALL_ORIGINS = True" if "*" in needs.origins else f"CORS_ALLOWED_ORIGINS = {quoted(needs.origins)}",
        f"CORS_ALLOW_METHODS = {quoted(needs.listed)}",
        f"CORS_ALLOW_HEADERS = {quoted(needs.headers)}",
    ]
    if needs.exposed:
        lines.append(f"CORS_EXPOSE_HEADERS = {quoted(needs.exposed)}")
    if needs.credentials:
        lines.append("CORS_ALLOW_CREDENTIALS = True")
    if needs.max_age is not None and needs.preflighted:
        lines.append(f"CORS_PREFLIGHT_MAX_AGE = {needs.max_age}")
    return "\n".join(lines)
