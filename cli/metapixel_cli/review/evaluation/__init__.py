"""The evaluation of a `Preview`, from its steps to the verdict.

1. `pairs` pairs the records of each grant in the state with its declarations in the program.
2. `forecast` asks the domain which writes the steps of a pair may send: `Possible`.
3. `rows` joins both to a `Change`: the access before and after, and the effect. `drift` makes the
   same rows from the reads of a refresh, and `answers` those of sharing requests.
4. `review` collects everything in a `Review`, which the renderers print. `result` derives the
   verdict and the findings from the rows.
"""
