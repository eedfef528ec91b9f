"""Every threshold of the rules, under one version and one digest."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class RuleSet:
    """Every threshold, with its unit in its name. Two rule sets with equal digests judge alike.

    Figures with a source (regulation or a real audit engine): daily cap, 45 of 60 minutes, 30 minutes
    between checks, 7 minutes around a failed one, 2 minutes of standing, 20 %, 200 km/h. The others are ours.
    window_min, for whatever adds up over neighbouring minutes, may not exceed face_around_min: what has not
    arrived yet speaks about no minute further back than that.
    """

    version: str = "national-2016.1"
    utc_offset_min: int = 480
    fence_out_fixes: int = 5
    fence_margin_min_m: float = 4.0
    uere_m: float = 5.0
    """One-sigma range error: a fix's margin is hdop * uere_m, at least fence_margin_min_m."""
    face_every_min: int = 30
    face_around_min: int = 7
    face_carry_min: int = 60
    """An instructor's face confirmed at most so long before a trainee's sign-in counts as confirmed at it: an
    instructor stays signed in from one trainee to the next."""
    face_sign_in_s: int = 120
    """A trainee's own face must have matched at the sign-in, at most so long before its record."""
    own_min_s: int = 25
    """A minute is recorded when 30 s of it lie in the session; less what sign-in and sign-out may differ."""
    clock_late_s: int = 120
    """A minute's record is made at most so long after the minute's end."""
    clock_off_s: int = 60
    """A clock that satellites later showed to be further off leaves its minutes unsure."""
    window_min: int = 5
    stand_min: int = 2
    still_m: float = 10.0
    """A minute's distance below which a sensor says that the car stood."""
    engine_off_s: int = 120
    engine_off_minute_s: int = 30
    gnss_fixes_min: int = 10
    gnss_covered_s: int = 25
    """Seconds of a minute that fixes must cover for it to be seen; a minute of a session has 30 to 60."""
    jump_kmh: float = 200.0
    track_floor_m: float = 8.0
    track_floor_max_m: float = 15.0
    """Movement smaller than a fix's margin, kept between these two, is taken as drift of a standing receiver:
    what hdop says of the place itself is far more than a receiver drifts within a minute."""
    track_link_s: int = 10
    """Fixes further apart than that leave a hole in what they cover."""
    conflict_share: float = 0.2
    conflict_min_m: float = 50.0
    conflict_window_m: float = 100.0
    day_cap_practice_min: int = 240
    hour_min: int = 60
    hour_effective_min: int = 45

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all the thresholds and the version."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
