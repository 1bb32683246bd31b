"""The keeper: the small parent of `stoa serve`, which holds the sockets and starts the server anew.

It listens, forks the server from warm imports and, where engines are embedded, a process that
runs them; when the server is killed, the next one runs at once and connections wait in the
backlog meanwhile. It has one thread and no event loop (whoever forks must have neither) and keeps
no state. When it dies itself, its children die with it (`process`), and everything is free for the
next keeper.
"""
