"""What is said about a warning: something that this browser let pass, though the standard or another one would not."""

from crossorigin.browser import Finding, Reason

WARNINGS: dict[Reason, str] = {
    Reason.PREFLIGHT_AUTHORIZATION_WILDCARD: (
        "Access-Control-Allow-Headers: * let the Authorization header pass. Browsers accept that today, but the Fetch "
        "standard does not let * cover it: list Authorization by name."
    ),
}


def warning_note(finding: Finding) -> str:
    """The sentence about a warning, with its code."""
    return f"{WARNINGS[finding.reason]} [{finding.reason}]"
