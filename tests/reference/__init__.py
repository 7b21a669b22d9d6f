"""An independent count: every statistic of content model §6, worked out from the text of the model and the files alone.

Nothing here imports the program. What it says is compared with what a build publishes, on random towns: where the two
differ, one of them, or the text, is wrong. Standard library and PyYAML only.
"""
