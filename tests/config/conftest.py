"""Configuration tests run on a small configuration folder."""

from toy_configs import domains, folder

__all__ = ["domains", "folder"]
