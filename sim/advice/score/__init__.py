"""The score of the workbench's advice: worlds of known truth, from a raw log to a plan's true gain."""
