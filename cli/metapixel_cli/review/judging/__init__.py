"""The judgement of a `Preview`.

`join` joins the records of each grant in the state with those in the program to a `Change`, and
`projection` sets the access after the update, by the provider's decisions. The change has the
verdict. The result is a `Review` of the changes, and of facts about the whole preview.
"""
