"""Reading tables of any common kind, cell for cell, into columns with the place of every row."""
