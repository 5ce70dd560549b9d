"""The history of the schema: files of aerich, edited by hand for both databases."""
