"""Everything a person or a program touches; thin."""
