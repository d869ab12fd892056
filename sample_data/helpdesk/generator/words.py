"""Who works at the invented help desk, who writes to it, and what about. Nobody here exists."""

from __future__ import annotations

AGENTS = {
    "Support": ("Anouk", "Bram", "Chloé", "Daan", "Łukasz"),
    "Billing": ("Eline", "Femke"),
    "Sales": ("Gijs", "Hanna"),
    "Technical": ("Iris", "Joris", "Koen", "Zoë"),
}
DEPARTMENTS = (("Support", 40), ("Technical", 25), ("Billing", 22), ("Sales", 13))

# account, customer group, domain, plans; the last ones have no contract
CUSTOMERS = (
    (("Nine Alders Bakery", "gold", "nine-alders.example.com", ("Enterprise",)), 20),
    (("Quillstone Press", "silver", "quillstone.example.org", ("Business", "Enterprise")), 26),
    (("Ruimteveer Cargo", "bronze", "ruimteveer.example.com", ("Starter", "Business")), 30),
    (("", "", "example.org", ("Free", "Starter", "Trial", "")), 24),
)

FIRST_NAMES = (
    "amina", "bart", "carla", "dirk", "emma", "fatima", "giulia", "henk", "ingrid", "jan", "kees", "lotte",
    "mehmet", "nora", "olivier", "petra", "rosa", "søren", "thijs", "ursula", "victor", "willem", "zoë",
)  # fmt: skip
LAST_NAMES = (
    "bakker",
    "claes",
    "dekker",
    "evers",
    "jansen",
    "meyer",
    "novak",
    "peeters",
    "smit",
    "vos",
    "çelik",
)

PRIORITIES = (("low", 14), ("normal", 61), ("high", 19), ("urgent", 6))
CHANNELS_BY_DAY = (("email", 48), ("web", 20), ("chat", 18), ("call", 14))
CHANNELS_BY_NIGHT = (("email", 70), ("web", 30))
PAGES = tuple(f"https://www.example.com/{page}" for page in ("contact", "pricing", "orders", "status"))

SUBJECTS = {
    "Support": (
        "How do I add a colleague to our account?",
        "Password reset mail never arrives",
        "Order {number} has not been delivered",
        "Wrong address on order {number}",
        "Rückfrage zu Bestellung {number} – bitte prüfen",
        "Question about the return of order {number}",
        "Can I change my e-mail address?",
    ),
    "Technical": (
        "Error {number} when exporting a report",
        "The app is slow since this morning",
        "API returns 502 on every second call",
        "Webhook {number} stopped firing",
        "Import stops at row {number}",
        "Écran blanc après la connexion",
    ),
    "Billing": (
        "Invoice {number} shows the wrong amount",
        "Facture n° {number} : TVA erronée",
        "Refund for invoice {number}",
        "Please send invoice {number} again",
        "Card declined, payment {number}",
        "Naam op factuur {number} klopt niet – graag ’n nieuwe",
    ),
    "Sales": (
        "Quote for {number} seats",
        "What is in the Business plan?",
        "Demo next week?",
        "Upgrade from Starter to Business",
        "請求書払いは可能ですか",
    ),
}
TAGS = {
    "Support": ("account", "delivery", "return", "how-to"),
    "Technical": ("bug", "api", "import", "performance"),
    "Billing": ("invoice", "refund", "vat", "payment"),
    "Sales": ("quote", "demo", "upgrade"),
}

# Subjects that spreadsheets, terminals and CSV readers stumble over, by ticket number.
ODD_SUBJECTS = {
    42: '=HYPERLINK("https://example.com","click") shows as text in your export',
    99: "[URGENT] [bold red]login page[/] is blank",
    137: 'The manual says "press Save",\nbut there is no Save button',
    211: "+1 202 555 0100 has no voicemail",
    303: "-10 % voucher is refused; code 'SPRING', \"valid\" until today",
    404: "@example: mentions do not work",
    512: "  Leading and trailing blanks  ",
    640: "Ligature ﬁ, emoji 🚲 and a soft hyphen in the sub\u00adject",
    777: "NULL",
}
