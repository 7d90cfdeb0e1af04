"""Runs of the model: one future, one policy, one or several seeds."""
