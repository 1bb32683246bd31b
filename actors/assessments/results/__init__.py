"""Results of games that are over: what was typed, what is accepted later, and counting anew."""
