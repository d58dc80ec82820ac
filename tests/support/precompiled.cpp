// The owner of the precompiled header of all test programs; there is nothing in it.
