"""The commands of `yuanping`, one verb a file; each is imported only when it is called."""
