"""Sets of options that several commands take, each read into one value."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

Command = Callable[..., None]


def taking(reader: Callable[..., Any], name: str, *, before: str) -> Callable[[Command], Command]:
    """Return a decorator that gives a command the options of a reader in place of a parameter.

    Parameters
    ----------
    reader : callable
        Its keyword parameters are the options, annotated as a command's; it returns the value.
    name : str
        The command's parameter that gets the value.
    before : str
        The parameter before which the options stand in the command's help.
    """

    def decorated(command: Command) -> Command:
        options = inspect.signature(reader, eval_str=True).parameters
        own = inspect.signature(command, eval_str=True)
        parameters = [each for each in own.parameters.values() if each.name != name]
        place = [each.name for each in parameters].index(before)
        keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters[place:place] = [each.replace(kind=keyword) for each in options.values()]

        @functools.wraps(command)
        def run(**given: Any) -> None:
            value = reader(**{option: given.pop(option) for option in options})
            command(**given, **{name: value})

        # Typer reads a command's options off its signature.
        vars(run)["__signature__"] = own.replace(parameters=parameters)
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        return run

    return decorated
