"""Forms for phones that ask for our records, in the words of our code lists."""
