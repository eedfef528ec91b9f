"""`hourfence registry`: files loaded whole, sheets imported with a cleaning report."""
