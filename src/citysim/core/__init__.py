"""The engine: declarations, tables, draws, choices and markets. It knows nothing about cities."""
