"""A first policy for an export: its words, what it can show, and promises to start from, as commented YAML."""

from slaaudit.starting.lines import CHECK, guesses
from slaaudit.starting.new_file import taken, write_new
from slaaudit.starting.offsets import Stamp, stamps_of, zones_of_times
from slaaudit.starting.places import Place, check_place, find_place
from slaaudit.starting.policy_text import starting_policy
from slaaudit.starting.shortfalls import own_verdicts, shortfalls, shows_nothing_usual

__all__ = [
    "CHECK", "Place", "Stamp", "check_place", "find_place", "guesses", "own_verdicts", "shortfalls",
    "shows_nothing_usual", "stamps_of", "starting_policy", "taken", "write_new", "zones_of_times",
]  # fmt: skip
