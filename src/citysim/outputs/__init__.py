"""What a run leaves behind: indicators, snapshots and a manifest, written so that a half-written run is never read."""
