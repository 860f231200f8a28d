"""What is eaten: nutrients, the food table with its household measures, cooking factors, and recipes."""
