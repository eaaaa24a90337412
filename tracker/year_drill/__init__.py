"""The drill of a year (全年演练): 52 weeks of a whole office in minutes, and every reminder counted.

A city of invented units lives through a year on the real services and a real database; the clock is moved by
hand, and now and then the machine stands still for days or its clock is wrong (`disturbances`). What should
have been said is worked out beside it, day by day, from what the people did (`world`, `oracle`, `post`), by
nothing that the program itself plans with but the calendar. The two are held against each other every week.
"""
