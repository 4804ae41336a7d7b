"""The contract's asserts live in the package, so pytest has to be told to explain them."""

import pytest

pytest.register_assert_rewrite("tieback.connectors.contract")
