"""Films, as players ask for them: by links to a prefix that expire, file by file, in ranges."""
