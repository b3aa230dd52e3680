"""Rate limits and usage headers. Too many calls in a time window block an app."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .switches import Switches


@dataclass
class Limiter:
    """A counter of each app's calls. If a blocked app makes a call, the block becomes longer."""

    switches: Switches
    _calls: dict[str, list[datetime]] = field(default_factory=dict)
    _blocked: dict[str, datetime] = field(default_factory=dict)

    def count(self, app: str, now: datetime) -> bool:
        """Count a call of an app. Return True if the call exceeds the limit."""
        budget = self.switches.rate_limit_calls
        if budget == "never":
            return False
        if now < self._blocked.get(app, now):
            self._blocked[app] += timedelta(seconds=self.switches.rate_limit_penalty)
            return True
        calls = self._recent(app, now)
        if len(calls) >= int(budget):
            window = timedelta(seconds=self.switches.rate_limit_window)
            self._blocked[app] = calls[0] + window
            return True
        calls.append(now)
        return False

    def headers(self, app: str, business: str | None, now: datetime) -> dict[str, str]:
        """Return the usage headers of an answer, or no headers if there is no limit."""
        budget = self.switches.rate_limit_calls
        if budget == "never":
            return {}
        wait = (self._blocked.get(app, now) - now).total_seconds()
        used = 100 if wait > 0 else len(self._recent(app, now)) * 100 // int(budget)
        return usage_headers(used, wait, business)

    def _recent(self, app: str, now: datetime) -> list[datetime]:
        since = now - timedelta(seconds=self.switches.rate_limit_window)
        self._calls[app] = [each for each in self._calls.get(app, []) if each > since]
        return self._calls[app]


def usage_headers(percent: int, wait_seconds: float, business: str | None) -> dict[str, str]:
    """Return Meta's usage headers. The header for a business contains the wait in minutes."""
    share = {"call_count": percent, "total_cputime": percent // 4, "total_time": percent // 4}
    headers = {
        "X-App-Usage": json.dumps(share),
        "X-Ad-Account-Usage": json.dumps(
            {
                "acc_id_util_pct": percent,
                "reset_time_duration": math.ceil(max(0.0, wait_seconds)),
                "ads_api_access_tier": "standard_access",
            }
        ),
    }
    if business is not None:
        minutes = math.ceil(max(0.0, wait_seconds) / 60)
        row = {
            "type": "ads_management",
            **share,
            "estimated_time_to_regain_access": minutes,
            "ads_api_access_tier": "standard_access",
        }
        headers["X-Business-Use-Case-Usage"] = json.dumps({business: [row]})
    return headers
