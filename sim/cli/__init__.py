"""The commands of ``loyalty``, by what they are for."""
