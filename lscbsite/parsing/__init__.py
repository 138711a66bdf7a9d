"""Each file by itself: front matter and body, read strictly, with the place of each fault."""
