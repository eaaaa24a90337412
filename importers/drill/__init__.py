"""The drill of the importer (导入演练): thousands of damaged files, and what reading each of them did.

Files are mutated from the samples by a seeded choice, so a run can be repeated; long-lived children with the
limits of the server's child read them. What counts as a failure stands in `judging`.
"""
