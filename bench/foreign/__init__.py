"""Forms that this program did not draw: a script draws them as offices do, with the truth about every box beside."""
