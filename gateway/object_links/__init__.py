"""Files that this installation stores and serves itself: links to send parts to, and to download.

The routes are the front's own, because the files may be large: a body is never held as a whole,
neither way, and whoever sends or reads slowly only makes us wait.
"""
