"""Opening Bell: a Discord bot that answers market questions from cached quotes."""
