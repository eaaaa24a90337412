"""What it costs (`python manage.py bench`): ratios against the bare thing, and the figures."""
