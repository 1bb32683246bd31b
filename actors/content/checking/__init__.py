"""What was uploaded is looked at before anybody gets it: is it what its name says, and harmless?

The signatures are our own, since each kind is asked whether it is that one and whole; libraries
that guess a kind take the first that might be.
"""

from actors.content.checking.check import check_content, check_scanned
from actors.content.checking.pictures import cleaned

__all__ = ["check_content", "check_scanned", "cleaned"]
