"""Service models of a representative day or week (SimPy): their waiting curves feed the domains."""
