"""Files → tables of text: what is named, unpacked, recognised by its content, and read whole or row by row."""
