"""Access to pixels as all commands see it: who may do what, and the words for it."""
