"""Which pairs are worth a look: never all with all, about a dozen for each job."""

from tieback.matching.block.index import Index, candidates, index_of
from tieback.matching.block.later import Later
from tieback.matching.block.pairs import Pairs

__all__ = ["Index", "Later", "Pairs", "candidates", "index_of"]
