"""How do `/help` and `/about` read?"""

from bot.domain.answers import AboutAnswer, HelpAnswer
from bot.views.page import Page, PageStyle


def help_page(answer: HelpAnswer, style: PageStyle) -> Page:
    """List the commands, a line each."""
    lines = tuple(f"{style.strong('/' + command.name)}: {command.description}" for command in answer.commands)
    return Page(
        title="Opening Bell: what you can ask",
        details=lines,
        small=("Names and aliases work in English, 日本語, 한국어 and 中文.",),
    )


def about_page(answer: AboutAnswer, style: PageStyle) -> Page:
    """Say whose figures these are, how late, what they are not, and what is kept of the asker."""
    return Page(
        title=f"Opening Bell {answer.version}",
        paragraphs=(
            (
                f"{style.strong('Sources.')} Levels and daily bars of {answer.markets} indexes come from Yahoo, read "
                "when somebody asks and kept for a short while. Trading days and hours come from exchange_calendars "
                "with corrections of our own. Records also count known older ones that Yahoo's history lacks."
            ),
            (
                f"{style.strong('Delay.')} Exchanges pass figures on up to 30 minutes late; every level shows its own "
                "time and delay. What is not known is said, not guessed."
            ),
            (
                f"{style.strong('Not investment advice.')} Yahoo's figures are meant for personal use. Check a figure "
                "at its source before you rely on it."
            ),
            (
                f"{style.strong('Privacy.')} Questions are not stored. For scheduled posts and alerts the bot keeps "
                "the server, the channel, who set them up and their settings, and a record of what was posted; "
                "`/data delete` removes them, and so does removing the bot, after 30 days."
            ),
        ),
    )
