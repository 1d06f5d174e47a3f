"""How an answer looks: pure functions of an Answer."""
