"""Source profiles: how a help desk writes its exports, as data."""
