"""Column generation: whole meals come in at the prices of the rules that join them, until the proof meets the menu."""
