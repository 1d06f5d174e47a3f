"""Does gold read as a wire would write it, and a yield in basis points?"""

import pytest

from bot import app
from bot.domain.errors import BadQuestion
from bot.views import terminal
from tests.sentences import sentence_of


@pytest.mark.parametrize(
    ("asked", "title", "figure"),
    [
        ("/index gold", "Gold", "3,719.30   ▲ +0.30 (+0.01 %)"),
        ("/index ドル円", "Dollar/yen", "147.21   ▼ −0.17 (−0.12 %)"),
        ("/index us10y", "10-year Treasury yield", "4.036 %   ▲ +0.2 basis points"),
        ("/index vix", "VIX", "15.69   ■ 0.00 (0.00 %)"),
    ],
)
def test_an_instrument_is_a_level_and_its_change(asked: str, title: str, figure: str) -> None:
    text = terminal.render(app.sample().answer_at_once(asked), colour=False)
    assert text.startswith(f"{title}\n{figure}\n")
    assert "record" not in text
    assert "sample figures" in text


def test_records_are_kept_of_indexes_alone() -> None:
    with pytest.raises(BadQuestion) as error:
        app.sample().answer_at_once("/record gold")
    assert sentence_of(error.value) == "Records are kept of indexes, and gold is none: ask `/index` for its level."
