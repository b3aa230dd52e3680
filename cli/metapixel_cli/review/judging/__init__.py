"""The judgement of a `Preview`.

`pair` joins the records of each grant in the state with those in the program, `projection` sets the
access after the update, by the provider's decisions, and the pair has the verdict. The result is a
`Review` of changes, which are the flat views of the pairs, and of facts about the whole preview.
"""
