"""Status words → the state that each most probably means, and whether that is known or a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from slaaudit.frames import STATES
from slaaudit.starting.seen import Word

# What help desks call their statuses, in the languages that their exports were seen in. Letters and digits only.
_KNOWN = {
    "new": "registered submitted received created unassigned unread todo backlog incoming neu nieuw nouveau nuevo",
    "open": "inprogress workinprogress wip active assigned reopened working investigating underinvestigation "
    "processing accepted acknowledged escalated ongoing started triaged waitingforsupport waitingonus waitingforagent "
    "customerresponded customerreplied inbehandeling inarbeit inbearbeitung offen encours ouvert abierto enproceso",
    "pending": "waitingforcustomer waitingoncustomer awaitingcustomer awaitingcustomerreply awaitingcustomerresponse "
    "customeractionrequired waitingforrequester awaitinguserinfo awaitinguser awaitingrequester awaitingreply "
    "awaitinginfo waitingforinformation moreinfoneeded needsinfo needmoreinfo pendingcustomer pendinguserresponse "
    "answered wachtenopklant wachtopklant wartetaufkunde wartenaufkunde enattente enattenteduclient esperandocliente",
    "on_hold": "waiting onhold hold paused suspended postponed deferred scheduled blocked waitingforvendor "
    "waitingonthirdparty waitingforthirdparty waitingforsupplier withsupplier pendingvendor awaitingvendor "
    "awaitingthirdparty awaitingproblem awaitingchange waitingforparts indewacht pausiert zurückgestellt",
    "solved": "resolved done completed complete fixed finished fulfilled opgelost gelöst erledigt résolu resuelto",
    "closed": "cancelled canceled rejected declined wontdo wontfix withdrawn archived closedcomplete gesloten "
    "geschlossen fermé clos cerrado",
    "spam": "junk",
    "deleted": "trash trashed removed verwijderd gelöscht supprimé",
    "merged": "samengevoegd zusammengeführt fusionné",
}
_STATE_OF = {word: state for state, words in _KNOWN.items() for word in words.split()}
_OTHERS = r"vendor|supplier|third|partner|parts|change|problem|internal|external|approval"
_US = r"agent|support|staff|team|\bus\b"
_GUESSES = (  # the first that fits
    (r"\b(not|non|never|un)[ _-]?(re)?(solved|closed|done|complete)", "open"),
    (rf"(wait|await|pend).*({_OTHERS})|hold|paus|postpon|defer|block|suspend|schedul", "on_hold"),
    (rf"(wait|await|pend).*({_US})", "open"),
    (r"wait|await|pend|wacht|warte|attente", "pending"),
    (r"resolv|solv|done|complet|fixed|finish|opgelost|gelöst", "solved"),
    (r"clos|cancel|reject|declin|archiv|withdr|gesloten|geschlossen", "closed"),
    (r"spam|junk", "spam"),
    (r"delet|trash|remov", "deleted"),
    (r"merg|duplic", "merged"),
    (r"\bnew\b|regist|unassign|\bneu\b|nieuw", "new"),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A status word that no one has named yet, the state proposed for it, and whether that is but a guess."""

    word: Word
    state: str
    is_guess: bool


def is_name_of(word: Word, state: str) -> bool:
    """Whether the word is the state's own name, however it is written."""
    return word.folded.replace("-", "_").replace(" ", "_") == state


def proposals(words: Iterable[Word], known: Iterable[str]) -> dict[str, list[Proposal]]:
    """State → the proposals for the words that are not among the (folded) `known` ones, in the order of the states."""
    understood = frozenset(known)
    found: dict[str, list[Proposal]] = {}
    for word in words:
        if word.folded not in understood:
            proposal = _proposal(word)
            found.setdefault(proposal.state, []).append(proposal)
    return {state: found[state] for state in STATES if state in found}


def _proposal(word: Word) -> Proposal:
    letters = "".join(letter for letter in word.folded if letter.isalnum())
    if letters in _STATE_OF:
        return Proposal(word, _STATE_OF[letters], is_guess=False)
    guess = next((state for pattern, state in _GUESSES if re.search(pattern, word.folded)), "open")
    return Proposal(word, guess, is_guess=True)
