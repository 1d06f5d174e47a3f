"""``python -m bot COMMAND``: see `bot.cli` for the commands."""

from bot.cli import main

if __name__ == "__main__":
    main()
