"""Recipes as people have them, written for the tests: a message, a page, two tables."""

MESSAGE = """\
*Sayur bening bayam*
Untuk 4 porsi

Bahan-bahan:
1. 200 g bayam
2. 1 buah jagung manis (200 g)
3. 3 siung bawang merah, iris
4. 1/2 sdt garam
5. 1 liter air

Cara membuat:
1. Didihkan air, masukkan jagung.
2. Masukkan bayam, rebus sebentar.
"""

PAGE = """\
<html><head><title>Tempe</title>
<script type="application/ld+json">
{"@context": "https://schema.org", "@graph": [
 {"@type": "WebPage", "name": "Halaman"},
 {"@type": ["Recipe"], "name": "Tempe goreng", "recipeYield": ["4", "4 porsi"],
  "recipeIngredient": [
   "300 g tempe",
   "2 siung bawang putih"
  ],
  "recipeInstructions": [{"@type": "HowToStep", "text": "Goreng tempe."}]}]}
</script></head><body>Iklan</body></html>
"""

ROWS = '''\
Title,Ingredients,Servings
Tahu goreng,"300 g tahu--1 sdt garam--minyak goreng secukupnya",5
Pisang rebus,300 g pisang ambon,
'''

KITCHEN = """\
Menu;Bahan;Berat bersih (g);BDD (%);Berat kotor (g)
Nasi putih;Beras;100;100;100
Tumis kangkung;Kangkung;60;60;100
;Minyak goreng;5;100;5
"""
