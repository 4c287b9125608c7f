"""The pool owner's house: the register of experts, its keys, and the questions it answers the centre."""
