"""Which pairs are worth a look: never all with all, about a dozen for each job."""

from tieback.matching.block.pairs import Pairs, candidates

__all__ = ["Pairs", "candidates"]
