"""The invented 青溪市 (演示数据): a city, its plans read by the real importer, and ten weeks of returns.

Everything goes through the services that people use, at the moments at which people would have acted, so that
every page shows life and no figure is made up beside the tables.
"""

from tracker.demo.filling import fill, is_empty

__all__ = ["fill", "is_empty"]
