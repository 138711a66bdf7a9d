"""Calendars: ``calendars`` plans them, ``time_zones`` and ``ical_format`` write their parts."""

from lscbsite.outputs.calendar.calendars import CALENDARS, make_event_url

__all__ = ["CALENDARS", "make_event_url"]
