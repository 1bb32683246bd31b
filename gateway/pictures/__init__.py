"""Pictures that users upload are read and written anew by a process of its own."""
