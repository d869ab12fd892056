"""An invented help desk: its people, its opening hours, and what happens to a ticket there."""
