"""File systems of the space: what is mounted where, whether it answers, how full it is."""
