"""Who asks: nobody in particular, or the holder of a token."""

from __future__ import annotations

from dataclasses import dataclass

from layers.access import Principal, Role
from lca.errors import NotAllowed, NotAuthenticated
from lca.vocab import Sensitivity


@dataclass(frozen=True, slots=True)
class Caller:
    """The asker, with the role and the clearance that the token gives; none means a public viewer."""

    principal: Principal | None = None

    @property
    def with_token(self) -> bool:
        """Whether a valid token was given."""
        return self.principal is not None

    @property
    def role(self) -> Role:
        """The role; a viewer's without a token."""
        return self.principal.role if self.principal else Role.VIEWER

    @property
    def clearance(self) -> Sensitivity:
        """The most sensitive records that the asker may see."""
        return self.principal.clearance if self.principal else Sensitivity.PUBLIC

    def require(self, role: Role) -> Principal:
        """Return the principal if it has at least that role.

        Raises
        ------
        NotAuthenticated
            Without a token.
        NotAllowed
            With the token of a lesser role.
        """
        if self.principal is None:
            raise NotAuthenticated(
                f"This needs the token of a role of at least {role.value}.",
                do_next="Send it as Authorization: Bearer …; an admin makes one with `lca token`.",
            )
        if self.principal.role.rank < role.rank:
            raise NotAllowed(
                f"The role {self.principal.role.value} may not do this; "
                f"it needs at least {role.value}.",
                do_next="Ask somebody with that role, or an admin for another token.",
            )
        return self.principal
