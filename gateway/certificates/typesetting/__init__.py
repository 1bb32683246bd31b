"""Setting of names and titles in any script: faces, runs of one face and direction, lines."""
