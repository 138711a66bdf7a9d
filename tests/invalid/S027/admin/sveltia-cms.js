// not the real one
