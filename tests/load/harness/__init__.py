"""What the sections of the load tests share: settings, zones, servers, measurements, tables. Python's standard library alone."""
