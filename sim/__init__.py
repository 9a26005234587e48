"""The loyalty workbench: an agent-based model of customers under strategy choices."""

__version__ = "0.1.0"
