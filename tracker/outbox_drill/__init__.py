"""The drill of the outbox (发件箱演练): workers are killed without warning, and every reminder arrives.

Planners and senders are real processes on a database of the drill's own. They are killed at any moment and at
each point where something could be lost or doubled (`faults`), and talk to a gateway that fails in every way
that gateways fail (`gateway`). What should have been said is known from the facts alone; what was, the
gateway tells. The program knows nothing of all this: the drill puts its faults in from outside.
"""
