"""A layer out into QGIS or Excel, edited there, and back in as a draft.

``checkout`` writes a whole version with its own name inside; ``checkin`` merges what was changed
in the file with what others have published since. Import the submodules.
"""
