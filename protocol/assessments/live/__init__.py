"""The live quiz, split by who relies on each part.

`configuration`, `commands` and `entry` stay inside the server, `events` are kept for ever, clients
see `publications` and `views`, and `rows` go to the tables of the read model.

One actor per game, `Address("live_quiz", live_quiz_id)`. Phases: lobby → open → closed → reveal →
leaderboard → open … → finished. Times are milliseconds on the server's clock.

Players are named by `player_id`: the user's id, or for a guest an id the gateway made and sealed
into the resume token. `connection_id` names one socket of a player or host, so that a second
device or a late disconnect is not mistaken for another.
"""
