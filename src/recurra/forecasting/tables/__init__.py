"""Tables of any kind as series on a time axis; what is wrong is said by row and column."""
