"""Lines of recipes as cooks write them, taken apart into foods, amounts, remarks, headings and what is no food."""
