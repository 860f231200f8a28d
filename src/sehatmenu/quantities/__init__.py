"""Numbers that carry a unit or admit ignorance: intervals, Indonesian number reading, units, kitchen amounts."""
