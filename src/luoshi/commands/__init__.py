"""The commands 命令: one module for each group of `luoshi …`. What a command needs is imported inside it."""
