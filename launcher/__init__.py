"""What manage.py does: standard library only, on Debian and Windows, before anything is installed."""
