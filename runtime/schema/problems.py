"""Why a plan was not applied."""

from runtime.settings import StartProblem


class ApplyProblem(StartProblem):
    """A plan cannot be carried out; the message says why, where, and that nothing was lost."""
