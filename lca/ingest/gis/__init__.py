"""One reader for each GIS format; all of them run in the child process only."""
