"""Calendars: ``calendars`` plans them, ``time_zones`` and ``ical_format`` write their parts."""

from lscbsite.outputs.calendar.calendars import make_event_url, plan_calendars

__all__ = ["make_event_url", "plan_calendars"]
