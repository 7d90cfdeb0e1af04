"""What people look at: figures, maps and summary tables, drawn from stored runs only."""
