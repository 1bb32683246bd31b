"""A user's session as a pure machine: the devices of one user and the rooms they are in."""
