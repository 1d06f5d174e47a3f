"""What does a summary say, before it is worded?"""

from typing import Annotated, Literal

from pydantic import Field

from bot.domain.quotes import Frozen


class BreadthClaim(Frozen):
    """How many of the counted markets rose and fell."""

    kind: Literal["breadth"] = "breadth"
    advancers: int
    decliners: int
    counted: int


Claim = Annotated[BreadthClaim, Field(discriminator="kind")]
