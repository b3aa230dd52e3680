"""The screenshots in docs/, which Chromium takes: a review in a pull request, an access report."""
