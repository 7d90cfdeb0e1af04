"""The city: zones, travel, its synthesis from published figures, and the tables that hold its agents."""
