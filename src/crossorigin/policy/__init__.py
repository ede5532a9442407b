"""The server half: what a server permits, and what it answers."""

from ._dangerously import Dangerously, dangerously
from ._decision import Decision, DecisionReason
from ._policy import Policy

__all__ = ["Dangerously", "Decision", "DecisionReason", "Policy", "dangerously"]
