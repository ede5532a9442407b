"""Where real browsers depart from the standard: caps and known deviations, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one browser differs from the Fetch standard. The default values are the standard's own.

    `max_age_cap` is in seconds, None for no cap.
    """

    name: str
    max_age_cap: int | None = None


STANDARD = Profile(name="standard")
CHROMIUM = Profile(name="chromium", max_age_cap=7200)
FIREFOX = Profile(name="firefox", max_age_cap=86400)
WEBKIT = Profile(name="webkit", max_age_cap=600)

PROFILES = {profile.name: profile for profile in (STANDARD, CHROMIUM, FIREFOX, WEBKIT)}
