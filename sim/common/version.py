"""The version of the workbench: what installs it, a manifest and ``loyalty --version`` read it here."""

__version__ = "0.1.0"
