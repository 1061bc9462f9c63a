"""Word lists of the genre: closed classes of policy Chinese, never words of one report."""
