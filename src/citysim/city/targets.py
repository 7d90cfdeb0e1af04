def target_table(*a): return []
def known_gaps(*a): return []
