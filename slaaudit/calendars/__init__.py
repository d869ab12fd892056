"""Business time: open time between two instants, and the instant at which a budget of open time runs out.

A calendar's openings give F(t), the open time up to t: piecewise linear and monotone. Then
elapsed(a, b) = F(b) - F(a) and due(a, target) = F⁻¹(F(a) + target). Integers of microseconds, no walking of periods.
Nothing else in the program does calendar arithmetic.
"""

from slaaudit.calendars.calendar import BusinessClock, Calendar, validate_spec
from slaaudit.calendars.rules import ALWAYS

__all__ = ["ALWAYS", "BusinessClock", "Calendar", "validate_spec"]
