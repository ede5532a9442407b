"""Envoy: the CORS filter, and its policy for a route."""

from ._needs import Needs

TYPE = "type.googleapis.com/envoy.extensions.filters.http.cors.v3"


def code(needs: Needs) -> str:
    """Two parts, in YAML: the filter for the connection manager, the policy for the route or virtual host."""
    if "*" in needs.origins:
        return ""  # Envoy's word for it names every origin, which is not what is sent today
    lines = [
        "http_filters:  # of the connection manager, before envoy.filters.http.router",
        "- name: envoy.filters.http.cors",
        "  typed_config:",
        f'    "@type": {TYPE}.Cors',
        "typed_per_filter_config:  # of the route",
        "  envoy.filters.http.cors:",
        f'    "@type": {TYPE}.CorsPolicy',
        "    allow_origin_string_match:",
        *(f'    - exact: "{origin}"' for origin in needs.origins),
    ]
    for name, values in (
        ("allow_methods", needs.methods),
        ("allow_headers", needs.headers),
        ("expose_headers", needs.exposed),
    ):
        if values:
            lines.append(f'    {name}: "{", ".join(values)}"')
    if needs.max_age is not None and needs.preflighted:
        lines.append(f'    max_age: "{needs.max_age}"')
    if needs.credentials:
        lines.append("    allow_credentials: true")
    return "\n".join(lines)
