"""`metapixel probe`: how Meta behaves where its documentation leaves a question open."""
