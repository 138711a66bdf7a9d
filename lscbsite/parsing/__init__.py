"""Parse each file on its own: front matter and body, with the position of each problem."""
