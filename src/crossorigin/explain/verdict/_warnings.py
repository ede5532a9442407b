"""What is said about a warning: something that this browser let pass, though the standard or another one would not."""

from crossorigin.browser import Finding, Reason

SPACES = {"loopback": "this machine", "local": "the local network"}

WARNINGS: dict[Reason, str] = {
    Reason.PREFLIGHT_AUTHORIZATION_WILDCARD: (
        "Access-Control-Allow-Headers: * let the Authorization header pass. Browsers accept that today, but the Fetch "
        "standard does not let * cover it: list Authorization by name. [preflight.authorization-wildcard]"
    ),
    Reason.LNA_DENIED: (
        "The page counts as public, and the server is on {address-space}: browsers ask their user before the page may "
        "reach it (local network access), and block the request if the user declines. If the page is served from there "
        "as well, the browser does not ask."
    ),
    Reason.LNA_INSECURE: (
        "The server is on {address-space}, and the page is not secure. If the page is of the public internet, Chromium "
        "blocks the request (local network access). [lna.insecure]"
    ),
}


def warning_note(finding: Finding) -> str:
    """The sentences about a warning."""
    facts = dict(finding.evidence)
    return WARNINGS[finding.reason].replace("{address-space}", SPACES.get(facts.get("address-space", ""), ""))
