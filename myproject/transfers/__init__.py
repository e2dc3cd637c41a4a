"""Files in and out as background work: imports and exports that somebody has asked for by a page or a program."""
