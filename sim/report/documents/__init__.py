"""The documents made from a report's content, one module each; `formats.py` lists them."""
