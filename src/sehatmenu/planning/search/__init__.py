"""Search: known meals laid over the days under every rule, and a menu made cheaper a piece at a time."""
